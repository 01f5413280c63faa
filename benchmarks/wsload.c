/* Many watchers of one feed over graphql-transport-ws, in one process on one core.

   wsload PORT CONNECTIONS TOKENS DOCUMENTS

   TOKENS has one token a line ("-" for a server that asks for none), DOCUMENTS one JSON payload of a
   `subscribe` message a line; connections take them in turn. When each has been sent its first
   batch, which says where its feed begins, a line of JSON is printed. From then on a line "reset" on
   the standard input begins to count anew, "report" prints what was counted, and its end is the end.

   A change carries the moment at which it was made ("at", of the same clock): its way took until its
   frame was read here. A frame may hold many changes; those that it left out are `omitted`. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { UPGRADES_AT_ONCE = 64, EVENTS = 256, READ_BYTES = 1 << 18, LINES = 1024 };
enum { BUCKET_MICROS = 50, BUCKETS = 60 * 1000000 / BUCKET_MICROS };
enum opcode { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };
enum stage { UPGRADING, OPENING, SUBSCRIBED, WATCHING, ENDED };

struct connection {
    int fd;
    enum stage stage;
    char *kept; /* the beginning of a frame whose end has not come yet */
    size_t length, capacity;
    uint64_t changes;
};

struct lines {
    char *text[LINES];
    int count;
};

static struct connection *connections;
static int wanted, begun, opened, ready, ended, poll_fd;
static struct lines tokens, documents;
static uint64_t frames, changes, omitted, resyncs, bytes, refused;
static uint32_t delays[BUCKETS];
static double started;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    return at.tv_sec + at.tv_nsec * 1e-9;
}

static struct lines lines_of(const char *path) {
    struct lines found = {.count = 0};
    FILE *file = fopen(path, "r");
    if (!file) fail(path);
    size_t capacity;
    ssize_t length;
    while (found.count < LINES) {
        char **line = &found.text[found.count];
        *line = NULL;
        capacity = 0;
        if ((length = getline(line, &capacity, file)) <= 0) break;
        if ((*line)[length - 1] == '\n') (*line)[length - 1] = 0;
        found.count++;
    }
    fclose(file);
    return found;
}

static void end(struct connection *own) {
    if (own->stage == ENDED) return;
    own->stage = ENDED;
    close(own->fd);
    ended++;
}

/* Send a frame; what a client says is short, and there is always room for it. */
static void send_frame(struct connection *own, enum opcode opcode, const char *text, size_t length) {
    char frame[16384];
    size_t head = 2;
    frame[0] = (char)(0x80 | opcode);
    if (length < 126) {
        frame[1] = (char)(0x80 | length);
    } else {
        frame[1] = (char)(0x80 | 126);
        frame[2] = (char)(length >> 8);
        frame[3] = (char)length;
        head = 4;
    }
    if (head + 4 + length > sizeof frame) fail("a frame to send is too long");
    memset(frame + head, 0, 4); /* the mask: zeros change nothing */
    memcpy(frame + head + 4, text, length);
    size_t all = head + 4 + length;
    if (write(own->fd, frame, all) != (ssize_t)all) end(own);
}

static void begin(int number, int port) {
    struct connection *own = &connections[number];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int yes = 1;
    if ((own->fd = socket(AF_INET, SOCK_STREAM, 0)) < 0) fail("socket");
    if (connect(own->fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    fcntl(own->fd, F_SETFL, O_NONBLOCK);
    setsockopt(own->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    char request[512];
    int length = snprintf(request, sizeof request,
                          "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
                          port);
    if (write(own->fd, request, (size_t)length) != length) fail("write");
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)number};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, own->fd, &event);
}

static void introduce(struct connection *own) {
    char message[1024];
    const char *token = tokens.text[(own - connections) % tokens.count];
    int length = snprintf(message, sizeof message,
                          "{\"type\":\"connection_init\",\"payload\":{\"token\":\"%s\"}}", token);
    own->stage = OPENING;
    send_frame(own, TEXT, message, (size_t)length);
}

static void subscribe(struct connection *own) {
    char message[8192];
    const char *payload = documents.text[(own - connections) % documents.count];
    int length = snprintf(message, sizeof message,
                          "{\"id\":\"feed\",\"type\":\"subscribe\",\"payload\":%s}", payload);
    own->stage = SUBSCRIBED;
    send_frame(own, TEXT, message, (size_t)length);
}

/* Return where a text begins after a name, NULL where the name is not to be found. */
static const char *after(const char *name, const char *from, const char *to) {
    size_t length = strlen(name);
    const char *found = memmem(from, (size_t)(to - from), name, length);
    return found ? found + length : NULL;
}

static int two_digits(const char *text) { return (text[0] - '0') * 10 + text[1] - '0'; }

/* Return the seconds of the day in "2026-11-21T10:29:52.123456+00:00". */
static double seconds_of_day(const char *text) {
    double seconds = two_digits(text + 11) * 3600 + two_digits(text + 14) * 60;
    seconds += two_digits(text + 17);
    if (text[19] != '.') return seconds;
    double share = 0.1;
    for (text += 20; *text >= '0' && *text <= '9'; text++, share /= 10) seconds += (*text - '0') * share;
    return seconds;
}

static void take_batch(struct connection *own, const char *text, const char *to) {
    double at = now(), of_day = at - (double)((int64_t)at / 86400 * 86400);
    const char *left_out = after("\"omitted\":", text, to);
    uint64_t told = left_out ? strtoull(left_out, NULL, 10) : 0;
    omitted += told;
    if (after("\"RESYNC\"", text, to)) resyncs++;
    for (const char *place = text; (place = after("\"at\":\"", place, to));) {
        double delay = of_day - seconds_of_day(place);
        if (delay < -43200) delay += 86400; /* midnight came between */
        if (delay < 0) delay = 0;
        size_t bucket = (size_t)(delay * 1e6 / BUCKET_MICROS);
        delays[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
        changes++;
        told++;
    }
    own->changes += told;
    frames++;
}

static void take_message(struct connection *own, const char *text, size_t length) {
    const char *to = text + length;
    if (own->stage == OPENING && after("\"connection_ack\"", text, to)) {
        opened++;
        subscribe(own);
    } else if (after("\"next\"", text, to) && !after("\"errors\"", text, to)) {
        if (own->stage == SUBSCRIBED) {
            own->stage = WATCHING;
            ready++;
        }
        take_batch(own, text, to);
    } else if (after("\"ping\"", text, to)) {
        send_frame(own, TEXT, "{\"type\":\"pong\"}", 15);
    } else if (refused++ < 3) {
        fprintf(stderr, "a watcher was told %.*s\n", (int)(length < 600 ? length : 600), text);
    }
}

static void take_frame(struct connection *own, int opcode, const char *data, size_t length) {
    const unsigned char *code = (const unsigned char *)data;
    if (opcode == TEXT) {
        take_message(own, data, length);
    } else if (opcode == PING) {
        send_frame(own, PONG, data, length);
    } else if (opcode == CLOSE) {
        if (ended < 3 && length >= 2)
            fprintf(stderr, "a watcher was closed with %d %.*s\n", code[0] << 8 | code[1],
                    (int)length - 2, data + 2);
        end(own);
    }
}

/* Take the frames that are whole, and return how many bytes they had. */
static size_t take_frames(struct connection *own, const char *data, size_t length) {
    size_t done = 0;
    while (own->stage != ENDED && length - done >= 2) {
        const unsigned char *head = (const unsigned char *)data + done;
        size_t head_bytes = 2, body = head[1] & 127;
        int more = body == 126 ? 2 : body == 127 ? 8 : 0;
        if (length - done < head_bytes + (size_t)more) break;
        if (more) body = 0;
        for (int n = 0; n < more; n++) body = body << 8 | head[head_bytes++];
        if (length - done < head_bytes + body) break;
        take_frame(own, head[0] & 15, data + done + head_bytes, body);
        done += head_bytes + body;
    }
    return done;
}

static size_t take_upgrade(struct connection *own, const char *data, size_t length) {
    const char *rest = after("\r\n\r\n", data, data + length);
    if (!rest) return 0;
    if (length < 12 || memcmp(data + 9, "101", 3)) {
        fprintf(stderr, "no upgrade: %.60s\n", data);
        exit(1);
    }
    introduce(own);
    return (size_t)(rest - data);
}

static void take(struct connection *own, const char *data, size_t length) {
    size_t done = own->stage == UPGRADING ? take_upgrade(own, data, length) : 0;
    if (own->stage != UPGRADING) done += take_frames(own, data + done, length - done);
    size_t rest = length - done;
    if (rest > own->capacity) own->kept = realloc(own->kept, own->capacity = rest + 4096);
    memmove(own->kept, data + done, rest);
    own->length = rest;
}

static void read_from(struct connection *own) {
    static char buffer[2 * READ_BYTES];
    while (own->stage != ENDED) {
        if (own->length > READ_BYTES) fail("a frame is too long");
        memcpy(buffer, own->kept, own->length);
        ssize_t length = read(own->fd, buffer + own->length, READ_BYTES);
        if (length <= 0) {
            if (length == 0 || errno != EAGAIN) end(own);
            return;
        }
        bytes += (uint64_t)length;
        take(own, buffer, own->length + (size_t)length);
        if (length < READ_BYTES) return;
    }
}

static double percentile(double share) {
    uint64_t passed = 0, place = (uint64_t)((double)changes * share);
    for (size_t bucket = 0; bucket < BUCKETS; bucket++)
        if ((passed += delays[bucket]) > place || (passed && passed == changes))
            return (double)(bucket + 1) * BUCKET_MICROS / 1000;
    return 0;
}

static void report(void) {
    uint64_t least = UINT64_MAX, most = 0;
    for (int n = 0; n < wanted; n++) {
        if (connections[n].changes < least) least = connections[n].changes;
        if (connections[n].changes > most) most = connections[n].changes;
    }
    printf("{\"frames\":%" PRIu64 ",\"changes\":%" PRIu64 ",\"omitted\":%" PRIu64
           ",\"resyncs\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"refused\":%" PRIu64
           ",\"least\":%" PRIu64 ",\"most\":%" PRIu64 ",\"ended\":%d,\"p50\":%.2f,\"p90\":%.2f,"
           "\"p99\":%.2f,\"longest\":%.2f}\n",
           frames, changes, omitted, resyncs, bytes, refused, least, most, ended, percentile(0.5),
           percentile(0.9), percentile(0.99), percentile(1));
    fflush(stdout);
}

static void reset(void) {
    frames = changes = omitted = resyncs = bytes = refused = 0;
    memset(delays, 0, sizeof delays);
    for (int n = 0; n < wanted; n++) connections[n].changes = 0;
    printf("{}\n");
    fflush(stdout);
}

static void obey(void) {
    char words[64];
    ssize_t length = read(STDIN_FILENO, words, sizeof words - 1);
    if (length <= 0) exit(0);
    words[length] = 0;
    if (strstr(words, "reset")) reset();
    if (strstr(words, "report")) report();
}

int main(int count, char **words) {
    if (count != 5) {
        fprintf(stderr, "wsload PORT CONNECTIONS TOKENS DOCUMENTS\n");
        return 2;
    }
    int port = atoi(words[1]), told = 0;
    wanted = atoi(words[2]);
    tokens = lines_of(words[3]);
    documents = lines_of(words[4]);
    connections = calloc((size_t)wanted, sizeof *connections);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    poll_fd = epoll_create1(0);
    struct epoll_event input = {.events = EPOLLIN, .data.u32 = UINT32_MAX}, events[EVENTS];
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &input);
    started = now();
    for (;;) {
        while (begun < wanted && begun - opened < UPGRADES_AT_ONCE) begin(begun++, port);
        if (!told && ready + ended >= wanted) {
            printf("{\"ready\":%d,\"seconds\":%.2f}\n", ready, now() - started);
            fflush(stdout);
            told = 1;
        }
        int found = epoll_wait(poll_fd, events, EVENTS, 100);
        for (int n = 0; n < found; n++) {
            if (events[n].data.u32 == UINT32_MAX) obey();
            else read_from(&connections[events[n].data.u32]);
        }
    }
}
