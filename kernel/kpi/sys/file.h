/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/file.h>: open files.
 */
#ifndef _SYS_FILE_H_
#define _SYS_FILE_H_

#include <sys/fcntl.h>
#include <sys/uio.h>
#include <sys/queue.h>
#include <sys/kernel_types.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * The socket behind a descriptor of the current process; it is kept open until
 * file_drop(), also when the descriptor is closed meanwhile.
 * Returns:   0, EBADF, ENOTSOCK, ENOMEM
 * Ownership: ended with file_drop() of the same descriptor by the same process
 * Context:   thread, may block
 */
int file_socket(int fd, socket_t *so);

/*
 * Ends one file_socket().
 * Returns:   0; EBADF when nothing of the descriptor is kept
 * Context:   thread, may block
 */
int file_drop(int fd);

/*
 * The flags a descriptor of the current process is open with: FREAD, FWRITE,
 * FNONBLOCK, FAPPEND ...
 * Returns:   0, EBADF
 * Context:   thread
 */
int file_flags(int fd, int *flags);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_FILE_H_ */
