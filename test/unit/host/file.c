/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of the host, for tests that read data.
 */
#include <stdio.h>
#include <stdlib.h>

void	*host_read_file(const char *path, unsigned long *size);

/* The whole file, malloc'ed in exactly its size; NULL if there is none. */
void *
host_read_file(const char *path, unsigned long *size)
{
	FILE *f = fopen(path, "rb");
	void *data = NULL;
	long n;

	if (f == NULL)
		return (NULL);
	if (fseek(f, 0, SEEK_END) == 0 && (n = ftell(f)) >= 0) {
		rewind(f);
		data = malloc(n > 0 ? (size_t)n : 1);
		if (data != NULL && fread(data, 1, (size_t)n, f) !=
		    (size_t)n) {
			free(data);
			data = NULL;
		}
		*size = (unsigned long)n;
	}
	fclose(f);
	return (data);
}
