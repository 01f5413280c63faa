"""The failures of the corpus: what went wrong in which program, written once.

A failure is `type | message | frames`, a frame is `place > function > text of the line`, and one of
a library begins with `!`. Braces in a message stand for what differs each time. Groups that look
alike are on purpose: the same type at several places, one message with several stacks, a cause that
is wrapped and the same one that is not (`<-` puts the cause before what was raised from it).
"""

PYTHON = {
    "pay-zero": "ZeroDivisionError | division by zero | shop/web.py > handle > return pay(order) ; shop/payments.py > pay > return 100 / total",
    "refund-zero": "ZeroDivisionError | division by zero | shop/web.py > handle > return refund(order) ; shop/payments.py > refund > return total / rate",
    "pay-type": "TypeError | unsupported operand type(s) for /: 'int' and 'str' | shop/web.py > handle > return pay(order) ; shop/payments.py > pay > return 100 / total",
    "lookup": "KeyError | '{id}' | shop/web.py > handle > return find(key) ; shop/store.py > find > return ITEMS[key]",
    "lookup-cached": "KeyError | '{id}' | shop/web.py > handle > return find(key) ; shop/cache.py > cached > return CACHE[key]",
    "db-timeout": "OperationalError | connection to {ip} timed out after {duration} | shop/jobs.py > sync > rows = db.fetch(query) ; !sqlalchemy/engine/base.py > execute > return meth(self) ; !sqlalchemy/pool.py > connect > raise exc",
    "db-timeout-report": "OperationalError | connection to {ip} timed out after {duration} | shop/reports.py > build > rows = db.fetch(report) ; !sqlalchemy/engine/base.py > execute > return meth(self) ; !sqlalchemy/pool.py > connect > raise exc",
    "recursion": "RecursionError | maximum recursion depth exceeded | shop/tree.py > root > walk(top) ; *shop/tree.py > walk > return [walk(c) for c in node]",
    "wrapped": "OSError | No such file: {path} | shop/files.py > read > open(path) <- ImportFailed | import of {path} failed | shop/jobs.py > run > self.load() ; shop/imports.py > load > raise ImportFailed(path) from e",
    "unwrapped": "OSError | No such file: {path} | shop/files.py > read > open(path)",
    "wrapped-elsewhere": "OSError | No such file: {path} | shop/files.py > read > open(path) <- BackupFailed | backup of {path} failed | shop/backup.py > save > raise BackupFailed from e",
    "async": "CancelledError | | shop/tasks.py > poll > await client.get(url) ; !httpx/_client.py > get > return await self.request()",
    "async-push": "CancelledError | | shop/tasks.py > push > await client.post(url) ; !httpx/_client.py > post > return await self.request()",
    "library-only": "ConnectionError | {host} refused | !urllib3/connection.py > connect > raise ConnectionError ; !urllib3/util.py > create > sock.connect(sa)",
}
JAVASCRIPT = {
    "price": "TypeError | Cannot read properties of undefined (reading 'price') | src/cart.ts > total > return item.price * n ; src/price.ts > format > return p.price",
    "price-null": "TypeError | Cannot read properties of null (reading 'price') | src/basket.ts > sum > return item.price",
    "fetch": "Error | Request {uuid} failed with {n} | src/api.ts > load > throw new Error(msg) ; src/api.ts > check > fail(response)",
    "fetch-save": "Error | Request {uuid} failed with {n} | src/api.ts > save > throw new Error(msg) ; src/api.ts > check > fail(response)",
    "chunk": "ChunkLoadError | Loading chunk {n} failed. ({url}) | src/router.ts > open > return import(page)",
    "assert": "AssertionError | expected {n} | src/checks.ts > positive > assert(n > 0)",
    "range": "RangeError | Maximum call stack size exceeded | src/tree.ts > start > visit(root) ; *src/tree.ts > visit > visit(node.left)",
    "json": "SyntaxError | Unexpected token < in JSON at position {n} | src/settings.ts > read > JSON.parse(text)",
    "json-user": "SyntaxError | Unexpected token < in JSON at position {n} | src/user.ts > readUser > JSON.parse(text)",
    "async": "Error | timeout of {duration} exceeded | src/queue.ts > drain > await next() ; !node_modules/axios/lib/core.js > settle > reject(error)",
}
MINIFIED = {
    "undefined": "TypeError | Cannot read properties of undefined (reading 'user') | n ; t",
    "not-function": "TypeError | e.map is not a function | r ; n",
    "order": "Error | Order {id} was not found | o ; i",
    "token": "Error | Session of {email} has expired | o ; i",
}
JAVA = {
    "npe-order": 'java.lang.NullPointerException | Cannot invoke "Order.id()" | com.shop.OrderController > show > ; com.shop.OrderService > load > ',
    "npe-user": 'java.lang.NullPointerException | Cannot invoke "User.id()" | com.shop.UserController > show > ; com.shop.UserService > load > ',
    "lambda": "java.lang.IllegalStateException | Order {id} is closed | com.shop.Orders > close > ; com.shop.Orders > lambda$close${g} > ; com.shop.Orders$$Lambda${g}/0x{h} > accept > ",
    "lambda-open": "java.lang.IllegalStateException | Order {id} is closed | com.shop.Orders > open > ; com.shop.Orders > lambda$open${g} > ; com.shop.Orders$$Lambda${g}/0x{h} > accept > ",
    "cglib": "org.hibernate.LazyInitializationException | no session for {id} | com.shop.Basket$$EnhancerBySpringCGLIB$${h} > items > ; com.shop.Basket > items > ",
    "proxy": "java.lang.reflect.UndeclaredThrowableException | | com.sun.proxy.$Proxy{g} > pay > ; com.shop.PayGate > pay > ",
    "accessor": "java.lang.IllegalArgumentException | bad amount {n} | !sun.reflect.GeneratedMethodAccessor{g} > invoke > ; com.shop.Amount > parse > ",
    "sql-wrapped": "java.sql.SQLException | Connection to {host} refused | !com.zaxxer.hikari.Pool > get > <- com.shop.StoreFailure | store {id} | com.shop.Store > save > ",
    "sql-wrapped-load": "java.sql.SQLException | Connection to {host} refused | !com.zaxxer.hikari.Pool > get > <- com.shop.StoreFailure | store {id} | com.shop.Store > load > ",
    "inner": "java.util.NoSuchElementException | No value present | com.shop.Cart${g} > apply > ; com.shop.Cart > first > ",
}
GO = {
    "nil": "runtime.Error | invalid memory address or nil pointer dereference | main > main > ; shop/orders > (*Server).Pay > ; shop/orders > (*Order).Total > ",
    "nil-refund": "runtime.Error | invalid memory address or nil pointer dereference | main > main > ; shop/orders > (*Server).Refund > ; shop/orders > (*Order).Total > ",
    "index": "runtime.Error | index out of range [{n}] with length {n} | shop/cart > (*Cart).Item > ",
    "index-page": "runtime.Error | index out of range [{n}] with length {n} | shop/pages > (*Page).Row > ",
    "goroutine": "*errors.errorString | worker {n} died | shop/work > Start.func{g} > ; shop/work > (*Worker).Run > ",
    "dial": "*net.OpError | dial tcp {ip}: connect: connection refused | !net > Dial > ; shop/db > Connect > ",
    "dial-cache": "*net.OpError | dial tcp {ip}: connect: connection refused | !net > Dial > ; shop/cache > Connect > ",
}
RUBY = {
    "nomethod": "NoMethodError | undefined method `price' for nil:NilClass | app/controllers/carts_controller.rb > show > @total = cart.price",
    "nomethod-order": "NoMethodError | undefined method `price' for nil:NilClass | app/controllers/orders_controller.rb > show > @total = order.price",
    "block": "ArgumentError | bad value {id} | app/models/cart.rb > total > items.sum do |i| ; app/models/cart.rb > block ({g} levels) in total > Integer(i)",
    "template": "ActionView::Template::Error | nil can't be shown | app/views/carts/show.html.erb > _app_views_carts_show_html_erb___{n}_{m} > <%= cart.name %>",
    "template-index": "ActionView::Template::Error | nil can't be shown | app/views/carts/index.html.erb > _app_views_carts_index_html_erb___{n}_{m} > <%= cart.name %>",
    "record": "ActiveRecord::RecordNotFound | Couldn't find Order with 'id'={n} | app/controllers/orders_controller.rb > find > Order.find(id) ; !activerecord/lib/core.rb > find > raise RecordNotFound",
    "redis": "Redis::CannotConnectError | Error connecting to {host} | app/jobs/sync_job.rb > perform > redis.get(key)",
}
PHP = {
    "null": "Error | Call to a member function total() on null | src/Controller/Pay.php > App\\Controller\\Pay::run > $cart->total()",
    "null-show": "Error | Call to a member function total() on null | src/Controller/Show.php > App\\Controller\\Show::run > $cart->total()",
    "closure": "InvalidArgumentException | Item {id} is gone | src/Cart.php > App\\Cart::{closure} > throw new Gone($id)",
    "anonymous": "RuntimeException | cannot write {path} | src/Log.php > class@anonymous{null}/srv/{h}/src/Log.php:12$0::write > fwrite($f)",
    "pdo": "PDOException | SQLSTATE[HY000] [2002] Connection refused | src/Db.php > App\\Db::open > new PDO($dsn) ; !vendor/doctrine/dbal/Driver.php > Doctrine\\DBAL\\Driver::connect > return new PDO",
    "pdo-log": "PDOException | SQLSTATE[HY000] [2002] Connection refused | src/Audit.php > App\\Audit::open > new PDO($dsn) ; !vendor/doctrine/dbal/Driver.php > Doctrine\\DBAL\\Driver::connect > return new PDO",
}
CSHARP = {
    "null": "System.NullReferenceException | Object reference not set to an instance of an object. | Shop.CartController > Show > ; Shop.Cart > Total > ",
    "null-pay": "System.NullReferenceException | Object reference not set to an instance of an object. | Shop.PayController > Pay > ; Shop.Payment > Total > ",
    "async": "System.TimeoutException | The operation timed out after {duration} | Shop.Queue+<DrainAsync>d__{g} > MoveNext > ",
    "async-fill": "System.TimeoutException | The operation timed out after {duration} | Shop.Queue+<FillAsync>d__{g} > MoveNext > ",
    "closure": "System.InvalidOperationException | Order {id} is closed | Shop.Orders+<>c__DisplayClass{g}_0 > <Close>b__{g} > ; Shop.Orders > Close > ",
    "sql": "System.Data.SqlException | Timeout expired on {host} | !Microsoft.Data.SqlClient > Open > ; Shop.Store > Load > ",
    "inner": "System.IO.IOException | {path} is in use | Shop.Files > Lock > <- Shop.SaveFailed | saving {id} failed | Shop.Files > Save > ",
}
MESSAGES = {
    "queue": "message {id} was put back into queue mail-{n}",
    "smtp": "{ip} said: 451 queue file {h} busy, try again in {duration}",
    "user": "user {email} could not sign in from {ip}",
    "sign-out": "user {email} could not sign out from {ip}",
    "job": "job {uuid} took {duration}",
    "disk": "disk /dev/sda{g} is {n} full",
    "release": "release {sha} was rolled back at {date}",
    "deadline": "deadline of {date} was missed by {duration}",
    "download": "GET {url} ended after {n} bytes",
    "upload": "PUT {url} ended after {n} bytes",
    "status-404": "upstream answered with status 404",
    "status-502": "upstream answered with status 502",
    "trace": "no parent of {trace}",
    "cache": "cache miss for key user:{n}:cart",
    "number": "order {n} is closed",
    "file": "cannot read {path}",
}

# Cases that are hard on purpose, each as (language, failures whose events are all one true group).
# What differs is what no rule of ours undoes, or what a rule must not undo.
HARD = {
    "one-more-frame": (
        "python",
        (
            "ValueError | no rate for {id} | shop/rates.py > rate > return RATES[code] ; shop/rates.py > convert > return rate(code) * n",
            "ValueError | no rate for {id} | shop/middleware.py > traced > return call() ; shop/rates.py > rate > return RATES[code] ; shop/rates.py > convert > return rate(code) * n",
        ),
    ),
    "without-sources": (
        "python",
        (
            "ValueError | bad date {date} | shop/dates.py > parse > return fromisoformat(text)",
            "ValueError | bad date {date} | shop/dates.py > parse > ",
        ),
    ),
    "comment-added": (
        "php",
        (
            "LogicException | no total | src/Total.php > App\\Total::of > return $a / $b;",
            "LogicException | no total | src/Total.php > App\\Total::of > return $a / $b; // never zero",
        ),
    ),
    "named-person": (
        "python",
        (
            "Refused | Ada may not sign in | ",
            "Refused | Grace may not sign in | ",
        ),
    ),
    "quoted-product": (
        "python",
        (
            "Missing | no product 'Blue Shirt' | ",
            "Missing | no product 'Red Hat' | ",
        ),
    ),
    "helper-card": (
        "ruby",
        (
            "ArgumentError | no card | app/pay.rb > pay > must card, 'no card' ; app/checks.rb > must > raise ArgumentError, text",
        ),
    ),
    "helper-address": (
        "ruby",
        (
            "ArgumentError | no address | app/pay.rb > pay > must address, 'no address' ; app/checks.rb > must > raise ArgumentError, text",
        ),
    ),
    "same-function-cart": (
        "java",
        ('NullPointerException | Cannot invoke "Cart.id()" | com.shop.Checkout > run > ',),
    ),
    "same-function-user": (
        "java",
        ('NullPointerException | Cannot invoke "User.id()" | com.shop.Checkout > run > ',),
    ),
    "sqlstate-duplicate": ("java", ("SQLException | SQLSTATE 23505 for {id} | ",)),
    "sqlstate-missing": ("java", ("SQLException | SQLSTATE 42P01 for {id} | ",)),
    "exit-1": ("go", ("ExitError | exit status 1 of job {n} | ",)),
    "exit-137": ("go", ("ExitError | exit status 137 of job {n} | ",)),
}
