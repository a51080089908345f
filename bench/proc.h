// What another process has used, from /proc: CPU time of all its threads, and resident memory.
#pragma once
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Two readings of the same thing. `ns` (schedstat) is exact but forgets threads that have ended;
// `ticks` (stat) counts them, in steps of 10 ms.
typedef struct {
  uint64_t ns;
  uint64_t ticks;
} Cpu;

static uint64_t thread_ns(int pid, const char *thread) {
  char path[300];
  snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, thread);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  unsigned long long ns = 0;
  if (fscanf(file, "%llu", &ns) != 1) ns = 0;
  fclose(file);
  return ns;
}

static uint64_t process_ticks(int pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  const char *after_name = strrchr(text, ')'); // the name may hold spaces and brackets
  unsigned long long user = 0, system = 0;
  if (!after_name || sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system) != 2)
    return 0;
  return user + system;
}

static inline Cpu cpu_of(int pid) {
  Cpu cpu = {0, 0};
  if (pid <= 0) return cpu;
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *threads = opendir(path);
  if (!threads) {
    fprintf(stderr, "process %d is gone\n", pid);
    exit(1);
  }
  for (struct dirent *entry; (entry = readdir(threads));)
    if (entry->d_name[0] != '.') cpu.ns += thread_ns(pid, entry->d_name);
  closedir(threads);
  cpu.ticks = process_ticks(pid);
  return cpu;
}

static inline double cpu_micros_between(Cpu from, Cpu to) {
  double tick = 1e6 / (double)sysconf(_SC_CLK_TCK);
  double coarse = (double)(to.ticks - from.ticks) * tick;
  double exact = to.ns > from.ns ? (double)(to.ns - from.ns) / 1e3 : 0;
  return coarse - exact > 3 * tick ? coarse : exact; // much more in the coarse one: a thread ended in between
}

static inline long resident_kb(int pid) {
  if (pid <= 0) return 0;
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  long kb = 0;
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
  fclose(file);
  return kb;
}
