/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buffered streams over descriptors.  stdin, stdout and stderr belong to the
 * calling process; stdout is flushed when the program returns, when it reads
 * from a terminal, and at each line end on a terminal.
 */
#ifndef _STDIO_H_
#define _STDIO_H_

#include <ulib_cdefs.h>
#include <stdbool.h>
#include <stdarg.h>

#define EOF    (-1)
#define BUFSIZ 1024

typedef struct __sfile FILE;

FILE *__stdstream(int n) __U(__stdstream);
#define stdin  (__stdstream(0))
#define stdout (__stdstream(1))
#define stderr (__stdstream(2))

int printf(const char *fmt, ...) __U(printf) __printflike(1, 2);
int fprintf(FILE *f, const char *fmt, ...) __U(fprintf) __printflike(2, 3);
int vprintf(const char *fmt, va_list ap) __U(vprintf) __printflike(1, 0);
int vfprintf(FILE *f, const char *fmt, va_list ap) __U(vfprintf)
    __printflike(2, 0);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printflike(3, 4);
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
    __printflike(3, 0);
int sscanf(const char *s, const char *fmt, ...) __scanflike(2, 3);
int puts(const char *s) __U(puts);
int fputs(const char *s, FILE *f) __U(fputs);
int fputc(int c, FILE *f) __U(fputc);
int putchar(int c) __U(putchar);
int fgetc(FILE *f) __U(fgetc);
int getchar(void) __U(getchar);
char *fgets(char *buf, int size, FILE *f) __U(fgets);
size_t fread(void *p, size_t size, size_t n, FILE *f) __U(fread);
size_t fwrite(const void *p, size_t size, size_t n, FILE *f) __U(fwrite);
FILE *fopen(const char *path, const char *mode) __U(fopen);
FILE *fdopen(int fd, const char *mode) __U(fdopen);
int fclose(FILE *f) __U(fclose);
int fflush(FILE *f) __U(fflush);
int feof(FILE *f) __U(feof);
int ferror(FILE *f) __U(ferror);
int fileno(FILE *f) __U(fileno);
void perror(const char *s) __U(perror);
int rename(const char *from, const char *to) __U(rename);

#endif /* _STDIO_H_ */
