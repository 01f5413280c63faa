import{useQuery as e,useRoute as t}from"./library.js";import{Button as n,Code as r,CopyLine as i,Empty as a,Go as o,Icon as s,Menu as c,Refused as l,TextField as u,Waiting as d,act as f,graphql as p,useAddress as m,useErrorChanges as h,useForm as g,useGo as _,useOrganization as v,useSession as y,useTitle as b,useWhere as x,words as S}from"./house.js";import{S as C,T as w,Time as T,d as E,h as D,u as O}from"./chart.js";var k=({dsn:e,publicKey:t})=>e.replace(`${t}@`,``).replace(/\/\d+$/,``),A=e=>({title:`Install the SDK`,code:e}),j=e=>({title:`Send a first error`,code:e}),M=(e,t)=>({title:`Start it before anything else`,code:`import * as Sentry from "${e}";

Sentry.init({
  dsn: "${t.dsn}",
  release: "${t.release}",
  environment: "production",
});`}),N=({dsn:e,release:t})=>({title:`Start it before anything else`,code:`import sentry_sdk

sentry_sdk.init(
    dsn="${e}",
    release="${t}",
    environment="production",
)`}),P=[{id:`python`,name:`Python`,steps:e=>[A(`pip install sentry-sdk`),N(e),j(`1 / 0`)]},{id:`django`,name:`Django, FastAPI`,note:`Flask, Celery and other frameworks are found by the SDK as well: nothing else is to be done.`,steps:e=>[A(`pip install sentry-sdk`),{...N(e),title:`At the top of settings.py, or of the file that makes the app`},j(`# FastAPI
@app.get("/fails")
async def fails():
    return 1 / 0

# Django, in urls.py
path("fails/", lambda request: 1 / 0)`)]},{id:`browser`,name:`JavaScript`,note:`The key may only send: it may stand in a page. Say in the settings of the service which origins may use it.`,steps:e=>[A(`npm install @sentry/browser`),M(`@sentry/browser`,e),j(`setTimeout(() => {
  throw new Error("The first error of ${e.release}");
});`)]},{id:`react`,name:`React`,note:`Upload source maps when you build, and stacks of minified code become readable.`,steps:e=>[A(`npm install @sentry/react`),M(`@sentry/react`,e),{title:`Around your application`,code:`<Sentry.ErrorBoundary fallback={<p>Something went wrong.</p>}>
  <App />
</Sentry.ErrorBoundary>`},j(`<button onClick={() => { throw new Error("The first error"); }}>Fail</button>`)]},{id:`node`,name:`Node`,steps:e=>[A(`npm install @sentry/node`),{...M(`@sentry/node`,e),title:`In instrument.mjs; run your program with node --import ./instrument.mjs`},j(`setTimeout(() => {
  throw new Error("The first error");
});`)]},{id:`go`,name:`Go`,steps:({dsn:e,release:t})=>[A(`go get github.com/getsentry/sentry-go`),{title:`Start it in main`,code:`err := sentry.Init(sentry.ClientOptions{
	Dsn:              "${e}",
	Release:          "${t}",
	Environment:      "production",
	AttachStacktrace: true,
})
if err != nil {
	log.Fatal(err)
}
defer sentry.Flush(2 * time.Second)`},j(`sentry.CaptureException(errors.New("the first error"))`)]},{id:`java`,name:`Java`,note:`Spring Boot: io.sentry:sentry-spring-boot-starter-jakarta, with sentry.dsn in application.properties.`,steps:({dsn:e,release:t})=>[{title:`Add the SDK (Gradle); choose a version of io.sentry:sentry`,code:`implementation("io.sentry:sentry:8.+")`},{title:`Start it in main`,code:`import io.sentry.Sentry;

Sentry.init(options -> {
  options.setDsn("${e}");
  options.setRelease("${t}");
  options.setEnvironment("production");
});`},j(`Sentry.captureException(new IllegalStateException("the first error"));`)]},{id:`php`,name:`PHP`,note:`Laravel has sentry/sentry-laravel, with SENTRY_LARAVEL_DSN in .env.`,steps:({dsn:e,release:t})=>[A(`composer require sentry/sentry`),{title:`Start it before anything else`,code:`\\Sentry\\init([
    'dsn' => '${e}',
    'release' => '${t}',
    'environment' => 'production',
]);`},j(`throw new RuntimeException('the first error');`)]},{id:`ruby`,name:`Ruby`,note:`Rails: gem "sentry-rails" beside it, in config/initializers/sentry.rb.`,steps:({dsn:e,release:t})=>[A(`gem install sentry-ruby`),{title:`Start it before anything else`,code:`require "sentry-ruby"

Sentry.init do |config|
  config.dsn = "${e}"
  config.release = "${t}"
  config.environment = "production"
end`},j(`Sentry.capture_exception(RuntimeError.new("the first error"))`)]},{id:`otlp`,name:`OpenTelemetry`,note:`Exceptions of spans and of log records become errors, with their frames.`,steps:e=>[{title:`Point the exporter here`,code:`OTEL_EXPORTER_OTLP_ENDPOINT=${k(e)}
OTEL_EXPORTER_OTLP_HEADERS=x-tocsin-key=${e.publicKey}
OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`},j(`curl -sS ${k(e)}/v1/logs \\
  -H 'x-tocsin-key: ${e.publicKey}' -H 'Content-Type: application/json' \\
  -d '{"resourceLogs": [{"scopeLogs": [{"logRecords": [
        {"severityNumber": 17, "body": {"stringValue": "the first error"}}]}]}]}'`)]},{id:`curl`,name:`curl`,steps:e=>[j(`curl -sS ${k(e)}/api/${e.number}/store/ \\
  -H 'X-Sentry-Auth: Sentry sentry_version=7, sentry_key=${e.publicKey}' \\
  -H 'Content-Type: application/json' \\
  -d '{"message": "The first event", "level": "error"}'`)]}],F=`tocsin.platform`;function I(){try{return localStorage.getItem(F)??`python`}catch{return`python`}}function L({sending:e}){let[t,n]=m(),a=t.get(`platform`)??I(),o=P.find(({id:e})=>e===a)??P[0],s=e=>{n({platform:e});try{localStorage.setItem(F,e)}catch{}};return O(C,{children:[O(`div`,{class:`setup-dsn`,children:[O(`h2`,{children:`DSN`}),O(i,{text:e.dsn,label:`Copy the DSN`}),O(`p`,{class:`dim`,children:`Any Sentry SDK takes it. The key in it may send and nothing else.`})]}),O(`div`,{class:`platforms`,role:`group`,"aria-label":`Platform`,children:P.map(({id:e,name:t})=>O(`button`,{type:`button`,class:`platform`,"aria-pressed":e===o.id,onClick:()=>s(e),children:t},e))}),O(`ol`,{class:`setup-steps`,children:o.steps(e).map(({title:e,code:t})=>O(`li`,{children:[O(`h3`,{children:e}),O(r,{text:t,label:e})]},e))}),o.note&&O(`p`,{class:`dim`,children:o.note})]})}var R=p(`query FirstError($service:[ID!]){errors(where:{service:$service}orderBy:LAST_SEEN_DESC first:1){edges{node{id shortId title lastSeenAt occurrenceCount}}}}`),z=p(`query TurnedAway($organization:ID!$since:DateTime!$service:ID!){ingestOutcomes(where:{organization:$organization since:$since outcome:[INVALID RATE_LIMITED SUPPRESSED UNSUPPORTED]}limit:50){minute outcome category reason quantity key{id service{id}}}service(id:$service){id keys{id lastUsedAt}}}`),B=5e3;function V({organization:t,service:n}){let[{data:r},i]=e({query:R,variables:{service:[n.id]},requestPolicy:`cache-and-network`}),a=r?.errors?.edges[0]?.node,c=!!a;return h({onChanges:()=>c||i({requestPolicy:`network-only`}),onResync:()=>i({requestPolicy:`network-only`})}),a?O(`section`,{class:`card waiting here`,role:`status`,children:[O(s,{name:`check`,size:22}),O(`div`,{children:[O(`p`,{class:`waiting-what`,children:[`The first event of `,n.name,` is here`]}),O(`p`,{class:`cut`,children:[a.title,` `,O(`span`,{class:`dim`,children:[`· `,O(T,{at:a.lastSeenAt})]})]})]}),O(o,{to:`/errors/${a.shortId}`,class:`button primary`,children:`Look at the error`})]}):O(`section`,{class:`card waiting`,role:`status`,children:[O(`i`,{class:`beacon`,"aria-hidden":`true`}),O(`div`,{children:[O(`p`,{class:`waiting-what`,children:[`Waiting for the first event of `,n.name]}),O(`p`,{class:`dim`,children:r?`This turns green by itself when it comes.`:`Looking whether there is one.`}),r&&O(H,{organization:t,service:n.id})]})]})}function H({organization:t,service:n}){let r=w(()=>new Date(Date.now()-6e5).toISOString(),[]),[{data:i},a]=e({query:z,variables:{organization:t,since:r,service:n}}),[,o]=E(0);D(()=>{let e=setInterval(()=>{document.visibilityState===`visible`&&(o(e=>e+1),a({requestPolicy:`network-only`}))},B);return()=>clearInterval(e)},[a]);let s=i?.ingestOutcomes?.filter(({key:e})=>e?.service?.id===n)??[],c=i?.service?.keys.map(({lastUsedAt:e})=>e).filter(Boolean).sort().at(-1),l=s.at(-1);return l?O(`p`,{class:`waiting-away`,children:[l.quantity,` of `,S(l.category).toLowerCase(),` came at `,O(T,{at:l.minute}),` and was not kept: `,S(l.outcome).toLowerCase(),`, `,l.reason.replaceAll(`_`,` `),`.`]}):c?O(`p`,{class:`waiting-away`,children:[`The key was used `,O(T,{at:c}),`, but not for an error.`]}):null}var U=p(`query ServicesToConnect($organization:ID!){services(organization:$organization){id name number isActive keys{id dsn publicKey purpose isEnabled}}}`),W=p(`mutation CreateService($organization:ID!$service:ServiceInput!){createService(organization:$organization service:$service){__typename ...on CreateServiceSuccess{service{id name}}...on Invalid{field}...on Failure{message}}}`);function G(){let{can:n}=y(),r=v(),[,i]=t(`/setup/:service?`),{service:a}=x(),[{data:o,error:s},l]=e({query:U,variables:{organization:r.id}}),u=_();if(!o?.services)return O(d,{error:s,onRetry:()=>l({requestPolicy:`network-only`}),rows:6});let{services:f}=o,p=i?.service===`new`||f.length===0,m=i?.service??a,h=f.find(({id:e})=>e===m)??f[0],g=f.map(({id:e,name:t})=>({label:t,isOn:e===h?.id&&!p,run:()=>u(`/setup/${e}`)})),b=n(`CONFIGURE`)?[`line`,{label:`New service…`,icon:`plus`,run:()=>u(`/setup/new`)}]:[];return O(C,{children:[O(`div`,{class:`page-head`,children:[O(`h1`,{children:p||!h?`Connect a service`:`Connect ${h.name}`}),f.length>0&&O(c,{label:`Which service`,kind:`plain`,items:[...g,...b],children:p?`New service`:h.name})]}),p||!h?O(q,{organization:r.id}):O(K,{organization:r.id,service:h})]})}function K({organization:e,service:t}){let{can:n}=y();b(`Connect ${t.name}`);let r=t.keys.find(({isEnabled:e,purpose:t})=>e&&t===`INGEST`);if(!r)return O(a,{icon:`key`,title:`This service has no key that may send errors`,action:n(`CONFIGURE`)&&O(o,{to:`/settings/services/${t.id}`,class:`button primary`,children:`Make a key`}),children:n(`CONFIGURE`)?`Make one, or switch one on.`:`Ask somebody who may configure services to make one.`});let{dsn:i,publicKey:s}=r;return O(`div`,{class:`setup`,children:[O(`div`,{class:`setup-side`,children:[O(V,{organization:e,service:t},t.id),O(`p`,{class:`dim`,children:[`Nothing to break at hand? `,O(`code`,{children:`tocsin demo`}),` runs small programs that fail.`,` `,O(o,{to:`/settings/services/${t.id}`,children:[`Keys, origins and limits of `,t.name]})]})]}),O(`section`,{class:`card setup-how`,"aria-label":`How to send`,children:O(L,{sending:{dsn:i,publicKey:s,number:t.number,release:`${t.name.toLowerCase().replaceAll(/[^a-z0-9]+/g,`-`)}@1.0.0`}})})]})}function q({organization:e}){let{can:t}=y(),r=_(),i=g({name:``},({name:t})=>f(W,{organization:e,service:{name:t}}),{onDone:({service:e})=>r(`/setup/${e.id}`)});return t(`CONFIGURE`)?O(`section`,{class:`card`,children:O(`form`,{class:`form`,onSubmit:i.onSubmit,children:[O(u,{form:i,name:`name`,label:`Name`,hint:`What runs and may fail: a program, a site, an app. Shop, Checkout, iOS app.`,required:!0,autofocus:!0,maxLength:100}),O(l,{form:i}),O(`div`,{class:`row`,children:O(n,{type:`submit`,kind:`primary`,isBusy:i.isBusy,children:`Make the service`})})]})}):O(a,{icon:`service`,title:`There is no service yet`,children:`Ask an owner, an administrator or somebody of devops to make one.`})}export{W as CreateServiceDocument,G as default};