// wsfloor PORT RATE BATCH BYTES [SECONDS]: the floor under every server here.
//
// Accepts WebSocket clients that send wsload's fixed key, and broadcasts RATE messages a second of BYTES bytes to all of
// them, BATCH messages in one send(). No protocol, no subscriptions: what the kernel charges for the deliveries alone.
// Ends after SECONDS (300 unless told).
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "clock.h"

enum { MAX_CLIENTS = 65536, MAX_BATCH = 100, MAX_BYTES = 4000, MAX_LATE = 10, EVENTS = 256 };

static int clients[MAX_CLIENTS], client_count;
static int epoll;
static const char ACCEPT[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static size_t write_frame(uint8_t *out, int size) {
  char body[MAX_BYTES + 64];
  int n = snprintf(body, sizeof body, "{\"t\":%llu,\"p\":\"", (unsigned long long)micros_now());
  while (n < size - 2) body[n++] = 'x';
  body[n++] = '"';
  body[n++] = '}';
  size_t at = 0;
  out[at++] = 0x81;
  if (n < 126) {
    out[at++] = (uint8_t)n;
  } else {
    out[at++] = 126;
    out[at++] = (uint8_t)(n >> 8);
    out[at++] = (uint8_t)n;
  }
  memcpy(out + at, body, (size_t)n);
  return at + (size_t)n;
}

static void broadcast(int batch, int size) {
  static uint8_t out[MAX_BATCH * (MAX_BYTES + 80)];
  size_t length = 0;
  for (int i = 0; i < batch; i++) length += write_frame(out + length, size);
  for (int i = 0; i < client_count; i++) (void)!send(clients[i], out, length, MSG_NOSIGNAL);
}

static void accept_all(int listener) {
  for (int fd, one = 1; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    watch(fd);
  }
}

static void receive(int fd) {
  static char in[65536];
  ssize_t n = recv(fd, in, sizeof in, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    for (int i = 0; i < client_count; i++) {
      if (clients[i] != fd) continue;
      clients[i] = clients[--client_count];
      break;
    }
    close(fd);
  } else if (n > 3 && !memcmp(in, "GET", 3) && client_count < MAX_CLIENTS) {
    if (send(fd, ACCEPT, sizeof ACCEPT - 1, MSG_NOSIGNAL) > 0) clients[client_count++] = fd;
  }
}

static int listen_on(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (void *)&address, sizeof address) || listen(fd, 4096)) fail("listen");
  return fd;
}

// A timer descriptor, because the milliseconds of epoll_wait would have it spin before every tick.
static int tick_every(double seconds) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  struct timespec period = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
  struct itimerspec timer = {.it_interval = period, .it_value = period};
  if (fd < 0 || timerfd_settime(fd, 0, &timer, NULL)) fail("timer");
  return fd;
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "wsfloor PORT RATE BATCH BYTES [SECONDS]\n");
    return 2;
  }
  int port = atoi(argv[1]), batch = atoi(argv[3]), size = atoi(argv[4]);
  double rate = atof(argv[2]);
  if (rate <= 0 || batch < 1 || batch > MAX_BATCH || size < 40 || size > MAX_BYTES) return fprintf(stderr, "bad argument\n"), 2;
  alarm(argc > 5 ? (unsigned)atoi(argv[5]) : 300);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) fail("epoll_create1");
  int listener = listen_on(port), timer = tick_every(batch / rate);
  watch(listener);
  watch(timer);
  struct epoll_event events[EVENTS];
  for (;;) {
    int n = epoll_wait(epoll, events, EVENTS, -1);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      uint64_t ticks = 0;
      if (fd == listener) accept_all(listener);
      else if (fd != timer) receive(fd);
      else if (read(timer, &ticks, sizeof ticks) == sizeof ticks)
        for (uint64_t due = ticks < MAX_LATE ? ticks : MAX_LATE; due > 0; due--) broadcast(batch, size);
    }
  }
}
