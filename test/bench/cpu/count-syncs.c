/*
 * Counts how often a process waits for its disk (LD_PRELOAD). Writes the number to BENCH_SYNCS_FILE at its end.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static atomic_long syncs;

static int count(const char *name, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  atomic_fetch_add(&syncs, 1);
  return real(file);
}

int fsync(int file) { return count("fsync", file); }
int fdatasync(int file) { return count("fdatasync", file); }

__attribute__((destructor)) static void report(void) {
  const char *path = getenv("BENCH_SYNCS_FILE");
  FILE *file = path == NULL ? NULL : fopen(path, "w");
  if (file == NULL) return;
  fprintf(file, "%ld\n", atomic_load(&syncs));
  fclose(file);
}
