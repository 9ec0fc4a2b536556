/*
 * What a power cut would leave of a folder, kept while a process works in it (LD_PRELOAD).
 *
 * The strictest reading of POSIX: bytes of a file are durable as they were when it was last synced;
 * a name is durable once the folder it stands in was synced after it was given. Everything else may
 * be gone. So only the two calls that make things durable are wrapped. Each keeps a copy of what it
 * made durable, by inode:
 *   $UCBULK_POWER_DURABLE/contents/INODE  the bytes of a file
 *   $UCBULK_POWER_DURABLE/folders/INODE   the entries of a folder, a line each: `f|d INODE NAME`
 * A copy gets its name when it is whole, so that a kill in the middle of one leaves the one before.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH = 4096, MAX_HELD = 4096 };

/*
 * One descriptor for each inode that was seen, never closed: its number is not given to another file
 * while the process lives, and closing it would drop the locks that SQLite has on the file.
 */
static struct { ino_t inode; int fd; } held[MAX_HELD];
static int held_count;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void fail(const char *what) {
  fprintf(stderr, "power-loss: %s: %s\n", what, strerror(errno));
  abort();
}

static int is_below(int fd, const char *root) {
  char link[64], path[MAX_PATH];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  size_t start = strlen(root);
  return strncmp(path, root, start) == 0 && (path[start] == 0 || path[start] == '/');
}

/* A descriptor that reads the file, kept for ever. */
static int hold(ino_t inode, const char *path) {
  for (int place = 0; place < held_count; place++)
    if (held[place].inode == inode) return held[place].fd;
  if (held_count == MAX_HELD) fail("too many files");
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path);
  held[held_count].inode = inode;
  held[held_count++].fd = fd;
  return fd;
}

/* The file that is to become the copy of an inode. */
static FILE *begin_copy(const char *kind, ino_t inode, char *unfinished, char *path) {
  snprintf(path, MAX_PATH, "%s/%s/%lu", getenv("UCBULK_POWER_DURABLE"), kind, (unsigned long)inode);
  snprintf(unfinished, MAX_PATH + 8, "%s.new", path);
  FILE *copy = fopen(unfinished, "we");
  if (copy == NULL) fail(unfinished);
  return copy;
}

static void end_copy(FILE *copy, const char *unfinished, const char *path) {
  if (fclose(copy) != 0 || rename(unfinished, path) != 0) fail(path);
}

static void keep_content(int fd, ino_t inode) {
  char link[64], path[MAX_PATH], unfinished[MAX_PATH + 8], bytes[65536];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  int source = hold(inode, link);
  FILE *copy = begin_copy("contents", inode, unfinished, path);
  ssize_t count;
  for (off_t at = 0; (count = pread(source, bytes, sizeof bytes, at)) > 0; at += count)
    if (fwrite(bytes, 1, count, copy) != (size_t)count) fail(unfinished);
  if (count < 0) fail(link);
  end_copy(copy, unfinished, path);
}

static void keep_entries(int fd, ino_t inode) {
  char link[64], path[MAX_PATH], unfinished[MAX_PATH + 8], at[MAX_PATH];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  DIR *folder = opendir(link);
  if (folder == NULL) fail(link);
  FILE *copy = begin_copy("folders", inode, unfinished, path);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    struct stat facts;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (fstatat(fd, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode)) continue;
    snprintf(at, sizeof at, "%s/%s", link, entry->d_name);
    if (S_ISREG(facts.st_mode)) hold(facts.st_ino, at);
    fprintf(copy, "%c %lu %s\n", S_ISDIR(facts.st_mode) ? 'd' : 'f', (unsigned long)facts.st_ino,
            entry->d_name);
  }
  closedir(folder);
  end_copy(copy, unfinished, path);
}

static void keep(int fd) {
  int before = errno;
  const char *root = getenv("UCBULK_POWER_ROOT");
  struct stat facts;
  if (root == NULL || fstat(fd, &facts) != 0 || !is_below(fd, root)) return;
  pthread_mutex_lock(&mutex);
  if (S_ISDIR(facts.st_mode)) keep_entries(fd, facts.st_ino);
  else if (S_ISREG(facts.st_mode)) keep_content(fd, facts.st_ino);
  pthread_mutex_unlock(&mutex);
  errno = before;
}

int fsync(int fd) {
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  int result = next(fd);
  if (result == 0) keep(fd);
  return result;
}

int fdatasync(int fd) {
  int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  int result = next(fd);
  if (result == 0) keep(fd);
  return result;
}
