// One WebSocket client of wsload: its frames, what it says after the handshake, and the counting of what it receives.
#pragma once
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "clock.h"

enum { MAX_SUBS = 8, MAX_LATENCIES = 4000000, SAMPLE_EVERY = 7 };
enum { OP_TEXT = 1, OP_PING = 9, OP_PONG = 10 };

typedef struct {
  int fd;
  enum { HANDSHAKE, HEADER, PAYLOAD, GONE } state;
  char status[13], tail[4]; // the handshake: its first 12 bytes and its last 4
  uint8_t status_length, header_length, header[10], opcode;
  char last;             // last byte of the payload so far
  bool ready, in_number; // in_number: behind a marker, reading its digits
  int mark_at, ready_at; // how much of either text has matched
  uint32_t messages;
  uint64_t left, length; // of the payload
  uint64_t number, newest;
} Client;

static Client *clients;
static int wanted;
static uint64_t opened, refused, closed, ready, frames, bytes, messages, pings, unordered;
static uint32_t latencies[MAX_LATENCIES];
static int latency_count;

static const char *subs[MAX_SUBS];
static int sub_count, modulus;
static const char *mark = "\"t\":", *ready_text;
static char **lines; // one a client, from LINES
static bool answer_pings;
static char glimpse[400]; // what the first client received, to show when it never gets ready

static void fail(const char *what) {
  perror(what);
  exit(1);
}

// ---- sending

static void send_frame(Client *client, int opcode, const char *payload, size_t length) {
  uint8_t frame[8200];
  size_t at = 0;
  if (length > sizeof frame - 8) fprintf(stderr, "message too long\n"), exit(1);
  frame[at++] = (uint8_t)(0x80 | opcode);
  if (length < 126) {
    frame[at++] = (uint8_t)(0x80 | length);
  } else {
    frame[at++] = 0x80 | 126;
    frame[at++] = (uint8_t)(length >> 8);
    frame[at++] = (uint8_t)length;
  }
  memset(frame + at, 0, 4); // a mask of zeros leaves the payload as it is
  at += 4;
  memcpy(frame + at, payload, length);
  at += length;
  ssize_t n = send(client->fd, frame, at, MSG_NOSIGNAL);
  if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) return; // closed: the next read will say so
  if (n != (ssize_t)at) fail("send");
}

static size_t fill_in(char *out, size_t size, const char *format, int index) {
  size_t at = 0;
  for (const char *p = format; *p && at < size - 1; p++) {
    if (*p == '\1') out[at++] = '\n';
    else if (*p == '%' && p[1] == 'd') at += (size_t)snprintf(out + at, size - at, "%d", modulus ? index % modulus : index), p++;
    else if (*p == '%' && p[1] == 's' && lines) at += (size_t)snprintf(out + at, size - at, "%s", lines[index]), p++;
    else out[at++] = *p;
  }
  if (at >= size - 1) fprintf(stderr, "message too long\n"), exit(1);
  return at;
}

static void send_subs(Client *client, int index) {
  char message[8000];
  for (int i = 0; i < sub_count; i++) send_frame(client, OP_TEXT, message, fill_in(message, sizeof message, subs[i], index));
}

// ---- receiving

static void got_message(Client *client) {
  client->in_number = false;
  client->messages++;
  if (client->number <= client->newest) unordered++;
  client->newest = client->number;
  if (messages++ % SAMPLE_EVERY || latency_count == MAX_LATENCIES) return;
  uint64_t now = micros_now();
  if (client->number > 1000000000000000ull && now >= client->number)
    latencies[latency_count++] = (uint32_t)(now - client->number);
}

// Advances `at` over the bytes until `text` is complete (true, `used` bytes taken) or they end. The texts do not overlap themselves.
static inline bool match(const char *text, int *at, const char *data, size_t length, size_t *used) {
  size_t i = 0;
  while (i < length) {
    if (*at == 0) {
      const char *start = memchr(data + i, text[0], length - i);
      if (!start) break;
      i = (size_t)(start - data) + 1;
      *at = 1;
    } else if (data[i] == text[*at]) {
      i++;
      ++*at;
    } else {
      *at = 0;
      continue;
    }
    if (!text[*at]) {
      *at = 0;
      *used = i;
      return true;
    }
  }
  *used = length;
  return false;
}

static void scan(Client *client, const char *data, size_t length) {
  size_t used;
  if (!client->ready && ready_text && match(ready_text, &client->ready_at, data, length, &used)) {
    client->ready = true;
    ready++;
  }
  for (size_t i = 0; i < length;) {
    if (client->in_number) {
      if (data[i] >= '0' && data[i] <= '9') client->number = client->number * 10 + (uint64_t)(data[i++] - '0');
      else got_message(client);
    } else {
      if (match(mark, &client->mark_at, data + i, length - i, &used)) client->in_number = true, client->number = 0;
      i += used;
    }
  }
}

static void frame_done(Client *client) {
  if (client->in_number) got_message(client);
  client->state = HEADER;
  frames++;
  if (client->opcode == OP_PING) {
    send_frame(client, OP_PONG, "", 0);
  } else if (answer_pings && client->length == 2 && client->last == '}') {
    send_frame(client, OP_TEXT, "{}", 2);
    pings++;
  }
}

static void handshake_byte(Client *client, int index, char byte) {
  if (client->status_length < 12) client->status[client->status_length++] = byte;
  memmove(client->tail, client->tail + 1, 3);
  client->tail[3] = byte;
  if (memcmp(client->tail, "\r\n\r\n", 4)) return;
  if (strcmp(client->status, "HTTP/1.1 101")) {
    if (!refused++) fprintf(stderr, "refused: %s\n", client->status);
    close(client->fd);
    client->state = GONE;
    return;
  }
  client->state = HEADER;
  opened++;
  if (!ready_text) client->ready = true, ready++;
  send_subs(client, index);
}

static void header_byte(Client *client, uint8_t byte) {
  uint8_t *header = client->header;
  header[client->header_length++] = byte;
  if (client->header_length < 2) return;
  int size = header[1] & 127, extra = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (client->header_length < 2 + extra) return;
  uint64_t length = extra ? 0 : (uint64_t)size;
  for (int i = 0; i < extra; i++) length = length << 8 | header[2 + i];
  client->opcode = header[0] & 15;
  client->length = client->left = length;
  client->header_length = 0;
  client->mark_at = client->ready_at = 0;
  client->in_number = false;
  if (length == 0) frame_done(client);
  else client->state = PAYLOAD;
}

static void feed(Client *client, int index, const char *data, size_t length) {
  for (size_t i = 0; i < length && client->state != GONE;) {
    if (client->state == HANDSHAKE) {
      handshake_byte(client, index, data[i++]);
    } else if (client->state == HEADER) {
      header_byte(client, (uint8_t)data[i++]);
    } else {
      size_t take = length - i < client->left ? length - i : (size_t)client->left;
      scan(client, data + i, take);
      client->last = data[i + take - 1];
      i += take;
      client->left -= take;
      if (client->left == 0) frame_done(client);
    }
  }
}

static void receive(int index) {
  static char buffer[1 << 18];
  Client *client = &clients[index];
  if (client->state == GONE) return;
  ssize_t n = recv(client->fd, buffer, sizeof buffer, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    if (client->state == HANDSHAKE) refused++;
    else if (!closed++) fprintf(stderr, "client %d was closed\n", index);
    close(client->fd);
    client->state = GONE;
    return;
  }
  bytes += (uint64_t)n;
  if (index == 0 && !client->ready) {
    size_t have = strlen(glimpse), room = sizeof glimpse - 1 - have;
    memcpy(glimpse + have, buffer, (size_t)n < room ? (size_t)n : room);
  }
  feed(client, index, buffer, (size_t)n);
}
