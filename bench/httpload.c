// httpload NAME=VALUE…: publishes over the HTTP API of a server on loopback, on keep-alive connections.
//
//   port=N                     required
//   wire=pusher|centrifugo     POST /apps/APP/events, signed; or POST /api/publish with X-API-Key
//   app= key= secret=          Pusher's; apikey= Centrifugo's
//   connections=64             one request at a time on each
//   rate=R                     requests a second, on schedule; 0: as fast as the answers come
//   seconds=S warm=W           measures for S seconds after W seconds of warm-up; SIGTERM ends it early, with the result
//   count=N                    ends after N requests instead
//   prefix=c channels=M        channels c0 … c(M-1) in turn
//   bytes=96                   length of the data, {"t":<µs>,"p":"xxx…"}
//   pid=N                      the server, to meter its CPU
//
// With a rate, "t" is when the message was due, not when a connection was free for it: a server that holds the publisher
// up cannot hide that. An answer's latency counts from there, too; its 99th percentile is taken of each second, and of
// those the median and the least, so that a pause of the machine does not stand for all of them. Prints one JSON line;
// exits 1 if any answer was not a success.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "clock.h"
#include "digest.h"
#include "proc.h"

enum { MAX_CONNECTIONS = 1024, MAX_BYTES = 2000, TIMER = MAX_CONNECTIONS, EVENTS = 256, MAX_LATENCIES = 4000000, MAX_SECONDS = 600 };

typedef struct {
  int fd;
  uint64_t due; // when its request was
  size_t have;
  char in[4096]; // one answer
} Connection;

static Connection connections[MAX_CONNECTIONS];
static int idle[MAX_CONNECTIONS], idle_head, idle_count; // a ring: the longest idle goes first
static int connection_count = 64, port, channels = 1, bytes = 96, pid;
static double rate, seconds = 5, warm;
static uint64_t count, sent, answered, errors, due, most_behind, start_micros;
static const char *wire = "pusher", *app = "", *key = "", *secret = "", *apikey = "", *prefix = "c";
static HmacKey signing_key;
static uint32_t latencies[MAX_LATENCIES];
static int latency_count, second_begins;
static uint32_t p99s[MAX_SECONDS];
static int second_count;
static volatile sig_atomic_t stopped;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

// ---- requests

static int write_body(char *out, size_t size, uint64_t number, uint64_t micros) {
  bool pusher = wire[0] == 'p';
  char padding[MAX_BYTES + 1];
  int length = bytes - (int)strlen("{\"t\":1700000000000000,\"p\":\"\"}");
  memset(padding, 'x', (size_t)length);
  padding[length] = 0;
  const char *format = pusher ? "{\"name\":\"m\",\"channel\":\"%s%d\",\"data\":\"{\\\"t\\\":%llu,\\\"p\\\":\\\"%s\\\"}\"}"
                              : "{\"channel\":\"%s%d\",\"data\":{\"t\":%llu,\"p\":\"%s\"}}";
  return snprintf(out, size, format, prefix, (int)(number % (uint64_t)channels), (unsigned long long)micros, padding);
}

static int write_request(char *out, size_t size, uint64_t number, uint64_t micros) {
  char body[MAX_BYTES + 500], target[1000], to_sign[1000], query[600], md5[33], signature[65];
  int length = write_body(body, sizeof body, number, micros);
  if (wire[0] == 'c') {
    snprintf(target, sizeof target, "/api/publish");
  } else {
    md5_hex(md5, body, (size_t)length);
    snprintf(query, sizeof query, "auth_key=%s&auth_timestamp=%llu&auth_version=1.0&body_md5=%s", key,
             (unsigned long long)(micros / 1000000), md5);
    int n = snprintf(to_sign, sizeof to_sign, "POST\n/apps/%s/events\n%s", app, query);
    hmac_hex(signature, &signing_key, to_sign, (size_t)n);
    snprintf(target, sizeof target, "/apps/%s/events?%s&auth_signature=%s", app, query, signature);
  }
  return snprintf(out, size, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                  target, port, *apikey ? "X-API-Key: " : "", apikey, *apikey ? "\r\n" : "", length, body);
}

static void send_next(void) {
  Connection *connection = &connections[idle[idle_head]];
  idle_head = (idle_head + 1) % connection_count;
  idle_count--;
  char request[MAX_BYTES + 2500];
  uint64_t micros = rate > 0 ? start_micros + (uint64_t)((double)sent * 1e6 / rate) : micros_now();
  connection->due = micros;
  int length = write_request(request, sizeof request, sent, micros);
  if (length >= (int)sizeof request) fprintf(stderr, "request too long\n"), exit(1);
  if (send(connection->fd, request, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
  sent++;
}

static bool may_send(void) {
  if (count && sent >= count) return false;
  return idle_count > 0 && (rate <= 0 || sent < due);
}

// ---- answers

// Length of the whole answer once it is there, else 0.
static size_t answer_length(const Connection *connection) {
  const char *end = strstr(connection->in, "\r\n\r\n");
  if (!end) return 0;
  const char *header = strcasestr(connection->in, "\r\ncontent-length:");
  if (!header || header > end) fprintf(stderr, "an answer without content-length: %s\n", connection->in), exit(1);
  size_t length = (size_t)(end + 4 - connection->in) + (size_t)atoi(header + strlen("\r\ncontent-length:"));
  if (length > sizeof connection->in - 1) fprintf(stderr, "answer too long\n"), exit(1);
  return connection->have >= length ? length : 0;
}

static void receive(int index) {
  Connection *connection = &connections[index];
  ssize_t n = recv(connection->fd, connection->in + connection->have, sizeof connection->in - 1 - connection->have, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) fprintf(stderr, "the server closed a keep-alive connection after %lu answers\n", answered), exit(1);
  connection->have += (size_t)n;
  connection->in[connection->have] = 0;
  if (!answer_length(connection)) return;
  // Centrifugo says 200 to refusals, too.
  if (strncmp(connection->in, "HTTP/1.1 200", 12) || strstr(connection->in, "\"error\""))
    if (!errors++) fprintf(stderr, "refused: %s\n", connection->in);
  connection->have = 0;
  uint64_t now = micros_now();
  if (latency_count < MAX_LATENCIES) latencies[latency_count++] = now > connection->due ? (uint32_t)(now - connection->due) : 0;
  idle[(idle_head + idle_count++) % connection_count] = index;
  answered++;
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void end_second(void) {
  int n = latency_count - second_begins;
  if (n == 0 || second_count == MAX_SECONDS) return;
  qsort(latencies + second_begins, (size_t)n, sizeof *latencies, ascending);
  p99s[second_count++] = latencies[second_begins + (int)((n - 1) * 0.99)];
  second_begins = latency_count;
}

// ---- start

static void open_connection(int epoll, int index) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, (void *)&address, sizeof address)) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
  connections[index].fd = fd;
  idle[idle_count++] = index;
}

static int start_timer(int epoll) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  double period = 1 / rate;
  struct timespec each = {.tv_sec = (time_t)period, .tv_nsec = (long)((period - (double)(time_t)period) * 1e9)};
  struct itimerspec timer = {.it_interval = each, .it_value = each};
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = TIMER};
  if (fd < 0 || timerfd_settime(fd, 0, &timer, NULL) || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("timer");
  start_micros = micros_now() + (uint64_t)(period * 1e6);
  return fd;
}

static void read_arguments(int argc, char **argv) {
  const struct { const char *name; int *number; double *real; const char **text; } known[] = {
      {"port", &port, 0, 0},         {"connections", &connection_count, 0, 0}, {"channels", &channels, 0, 0}, {"bytes", &bytes, 0, 0},
      {"pid", &pid, 0, 0},           {"rate", 0, &rate, 0},                    {"seconds", 0, &seconds, 0},   {"warm", 0, &warm, 0},
      {"wire", 0, 0, &wire},         {"app", 0, 0, &app},                      {"key", 0, 0, &key},           {"secret", 0, 0, &secret},
      {"apikey", 0, 0, &apikey},     {"prefix", 0, 0, &prefix},
  };
  for (int i = 1; i < argc; i++) {
    char *value = strchr(argv[i], '=');
    bool found = false;
    if (value) *value++ = 0;
    for (size_t k = 0; value && k < sizeof known / sizeof *known; k++) {
      if (strcmp(argv[i], known[k].name)) continue;
      if (known[k].number) *known[k].number = atoi(value);
      if (known[k].real) *known[k].real = atof(value);
      if (known[k].text) *known[k].text = value;
      found = true;
    }
    if (value && !strcmp(argv[i], "count")) count = strtoull(value, NULL, 10), found = true;
    if (!found) fprintf(stderr, "unknown argument %s\n", argv[i]), exit(2);
  }
  bool wire_known = !strcmp(wire, "pusher") || !strcmp(wire, "centrifugo");
  if (port <= 0 || !wire_known || connection_count < 1 || connection_count > MAX_CONNECTIONS || channels < 1 || bytes < 40 ||
      bytes > MAX_BYTES || strlen(app) + strlen(key) + strlen(apikey) + strlen(prefix) > 250)
    fprintf(stderr, "bad argument: see the top of httpload.c\n"), exit(2);
}

int main(int argc, char **argv) {
  read_arguments(argc, argv);
  signing_key = hmac_key(secret);
  signal(SIGTERM, stop);
  double limit = warm + seconds + 10;
  alarm((unsigned)(count ? 120 : limit + 30)); // whatever happens, it ends
  int epoll = epoll_create1(EPOLL_CLOEXEC), timer = -1;
  if (epoll < 0) fail("epoll_create1");
  for (int i = 0; i < connection_count; i++) open_connection(epoll, i);
  if (rate > 0) timer = start_timer(epoll);

  double start = seconds_now(), now = start, measured_from = start;
  uint64_t answered_before = 0;
  Cpu before = cpu_of(pid);
  double second_from = start;
  bool measuring = warm <= 0;
  struct epoll_event events[EVENTS];
  while (!stopped && (count ? answered < count : now < start + warm + seconds)) {
    while (may_send()) send_next();
    int n = epoll_wait(epoll, events, EVENTS, 50);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < n; i++) {
      uint64_t ticks;
      if (events[i].data.u32 != TIMER) receive((int)events[i].data.u32);
      else if (read(timer, &ticks, sizeof ticks) == sizeof ticks) due += ticks;
    }
    if (due > sent && due - sent > most_behind) most_behind = due - sent;
    now = seconds_now();
    if (!measuring && now >= start + warm) {
      measuring = true;
      measured_from = now;
      answered_before = answered;
      latency_count = second_begins = 0;
      second_from = now;
      before = cpu_of(pid);
    } else if (measuring && now >= second_from + 1) {
      end_second();
      second_from = now;
    }
  }
  double cpu = cpu_micros_between(before, cpu_of(pid)), took = seconds_now() - measured_from;
  end_second();
  qsort(p99s, (size_t)second_count, sizeof *p99s, ascending);
  qsort(latencies, (size_t)latency_count, sizeof *latencies, ascending);
  printf("{\"requests\":%lu,\"errors\":%lu,\"seconds\":%.3f,\"cpuUs\":%.0f,\"sent\":%lu,\"mostBehind\":%lu,", answered - answered_before,
         errors, took, cpu, sent, most_behind);
  printf("\"p50Us\":%u,\"p99Us\":%u,\"leastP99Us\":%u}\n", latency_count ? latencies[latency_count / 2] : 0,
         second_count ? p99s[second_count / 2] : 0, second_count ? p99s[0] : 0);
  return errors > 0;
}
