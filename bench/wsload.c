// wsload PORT PATH N SECONDS WARM [SUB…]: N WebSocket clients on loopback.
//
// Opens all N (128 handshakes in flight), sends each SUB message after the handshake, waits until everybody is ready,
// then WARM seconds, then measures for SECONDS. In a SUB, %d is the client's index, %s its line of LINES, \1 a line feed.
// Messages are counted by a marker in the payload, "t":<µs> (several may share a frame), and their latency is sampled.
//
// Environment:
//   READY=text     a client is ready once this text has come; without it, once its handshake is done
//   MARK=text      another marker, such as \"t\": where the payload is JSON inside a JSON string
//   MOD=n          %d is index % n
//   LINES=file     line number `index` is what %s stands for (\1 in it is a line feed, too)
//   PONG=1         answer Centrifugo's {} pings
//   WSPROTO=name   subprotocol to offer
//   SERVER_PID=n   meter that process: CPU until ready and while measuring, memory before and after
//
// Prints JSON lines: {"event":"ready"}, {"event":"start"}, and last {"event":"result", …}. Exits 1 when not all get ready.
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include "proc.h"
#include "wsclient.h"

enum { IN_FLIGHT = 128, JOIN_LIMIT = 60, EVENTS = 1024 };

static int server_pid;
static const char *subprotocol;

// ---- opening

static void open_client(int epoll, int index, int port, const char *path) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  if (fd < 0) fail("socket");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (void *)&address, sizeof address) < 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  char request[2048];
  int n = snprintf(request, sizeof request,
                   "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s\r\n",
                   path, port, subprotocol ? "Sec-WebSocket-Protocol: " : "", subprotocol ? subprotocol : "",
                   subprotocol ? "\r\n" : "");
  if (n >= (int)sizeof request) fprintf(stderr, "path too long\n"), exit(1);
  if (send(fd, request, (size_t)n, MSG_NOSIGNAL) != n) fail("send");
  clients[index].fd = fd;
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void wait_for_events(int epoll) {
  struct epoll_event events[EVENTS];
  int n = epoll_wait(epoll, events, EVENTS, 20);
  if (n < 0 && errno != EINTR) fail("epoll_wait");
  for (int i = 0; i < n; i++) receive((int)events[i].data.u32);
}

static double join_all(int epoll, int port, const char *path) {
  double start = seconds_now();
  uint64_t asked = 0, all = (uint64_t)wanted;
  while (opened + refused < all || ready + closed < opened) {
    while (asked < all && asked - opened - refused < IN_FLIGHT) open_client(epoll, (int)asked++, port, path);
    wait_for_events(epoll);
    if (seconds_now() - start > JOIN_LIMIT) break;
  }
  if (ready < all) {
    fprintf(stderr, "only %lu of %d ready (%lu opened, %lu refused, %lu closed); the first client received: %s\n", ready, wanted,
            opened, refused, closed, glimpse);
    exit(1);
  }
  return seconds_now() - start;
}

static void run_for(int epoll, double seconds) {
  for (double end = seconds_now() + seconds; seconds_now() < end;) wait_for_events(epoll);
}

// ---- start and report

static char **read_lines(const char *name, int count) {
  FILE *file = fopen(name, "r");
  char **all = calloc((size_t)count, sizeof *all);
  if (!file || !all) fail(name);
  for (int i = 0; i < count; i++) {
    size_t size = 0;
    ssize_t n = getline(&all[i], &size, file);
    if (n <= 0) fprintf(stderr, "%s: fewer than %d lines\n", name, count), exit(1);
    all[i][strcspn(all[i], "\n")] = 0;
    for (char *p = all[i]; *p; p++)
      if (*p == '\1') *p = '\n';
  }
  fclose(file);
  return all;
}

static void read_environment(void) {
  const char *value;
  if ((value = getenv("MARK")) && *value) mark = value;
  if ((value = getenv("READY")) && *value) ready_text = value;
  if ((value = getenv("MOD"))) modulus = atoi(value);
  if ((value = getenv("SERVER_PID"))) server_pid = atoi(value);
  if ((value = getenv("LINES")) && strchr(value, '/')) lines = read_lines(value, wanted); // a terminal's LINES is a number
  answer_pings = getenv("PONG") != NULL;
  subprotocol = getenv("WSPROTO");
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static uint32_t percentile(double share) {
  return latency_count ? latencies[(int)((latency_count - 1) * share)] : 0;
}

int main(int argc, char **argv) {
  if (argc < 6) {
    fprintf(stderr, "wsload PORT PATH N SECONDS WARM [SUB...]\n");
    return 2;
  }
  int port = atoi(argv[1]);
  const char *path = argv[2];
  wanted = atoi(argv[3]);
  double seconds = atof(argv[4]), warm = atof(argv[5]);
  for (int i = 6; i < argc && sub_count < MAX_SUBS; i++) subs[sub_count++] = argv[i];
  if (port <= 0 || wanted <= 0 || wanted > 100000 || seconds < 0 || warm < 0) return fprintf(stderr, "bad argument\n"), 2;
  struct rlimit files;
  if (!getrlimit(RLIMIT_NOFILE, &files)) files.rlim_cur = files.rlim_max, setrlimit(RLIMIT_NOFILE, &files);
  read_environment();
  alarm((unsigned)(JOIN_LIMIT + seconds + warm + 30)); // whatever happens, it ends
  clients = calloc((size_t)wanted, sizeof *clients);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (!clients || epoll < 0) fail("start");

  long memory_before = resident_kb(server_pid);
  Cpu before = cpu_of(server_pid);
  double join_seconds = join_all(epoll, port, path);
  double join_cpu = cpu_micros_between(before, cpu_of(server_pid));
  printf("{\"event\":\"ready\"}\n");
  fflush(stdout);
  run_for(epoll, warm);

  long memory_after = resident_kb(server_pid);
  uint64_t frames_before = frames, bytes_before = bytes, messages_before = messages, pings_before = pings;
  latency_count = 0;
  printf("{\"event\":\"start\"}\n");
  fflush(stdout);
  double start = seconds_now();
  before = cpu_of(server_pid);
  run_for(epoll, seconds);
  double cpu = cpu_micros_between(before, cpu_of(server_pid)), took = seconds_now() - start;

  uint32_t fewest = UINT32_MAX, most = 0;
  for (int i = 0; i < wanted; i++) {
    if (clients[i].messages < fewest) fewest = clients[i].messages;
    if (clients[i].messages > most) most = clients[i].messages;
  }
  qsort(latencies, (size_t)latency_count, sizeof *latencies, ascending);
  printf("{\"event\":\"result\",\"clients\":%d,\"refused\":%lu,\"closed\":%lu,\"joinSeconds\":%.3f,\"joinCpuUs\":%.0f,"
         "\"memoryBeforeKb\":%ld,\"memoryAfterKb\":%ld,",
         wanted, refused, closed, join_seconds, join_cpu, memory_before, memory_after);
  printf("\"seconds\":%.3f,\"cpuUs\":%.0f,\"messages\":%lu,\"frames\":%lu,\"bytes\":%lu,\"pings\":%lu,", took, cpu,
         messages - messages_before, frames - frames_before, bytes - bytes_before, pings - pings_before);
  printf("\"fewest\":%u,\"most\":%u,\"unordered\":%lu,\"p50Us\":%u,\"p99Us\":%u,\"maxUs\":%u,\"samples\":%d}\n", fewest, most,
         unordered, percentile(0.5), percentile(0.99), percentile(1), latency_count);
  return 0;
}
