/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kauth.h>: credentials, and listeners asked before an action is
 * allowed.
 */
#ifndef _SYS_KAUTH_H_
#define _SYS_KAUTH_H_

#include <sys/param.h>
#include <sys/lock.h>
#include <sys/kernel_types.h>

typedef struct kauth_scope	*kauth_scope_t;
typedef struct kauth_listener	*kauth_listener_t;

#ifndef NOCRED
#define NOCRED			((kauth_cred_t)0)
#define FSCRED			((kauth_cred_t)-1)
#endif

#define KAUTH_RESULT_ALLOW	1
#define KAUTH_RESULT_DENY	2
#define KAUTH_RESULT_DEFER	3

#define KAUTH_SCOPE_GENERIC	"com.apple.kauth.generic"
#define KAUTH_SCOPE_PROCESS	"com.apple.kauth.process"
#define KAUTH_SCOPE_VNODE	"com.apple.kauth.vnode"
#define KAUTH_SCOPE_FILEOP	"com.apple.kauth.fileop"

#define KAUTH_GENERIC_ISSUSER	1
#define KAUTH_PROCESS_CANSIGNAL	1
#define KAUTH_PROCESS_CANTRACE	2

#define KAUTH_FILEOP_OPEN	1
#define KAUTH_FILEOP_CLOSE	2
#define KAUTH_FILEOP_RENAME	3
#define KAUTH_FILEOP_EXCHANGE	4
#define KAUTH_FILEOP_LINK	5
#define KAUTH_FILEOP_EXEC	6
#define KAUTH_FILEOP_DELETE	7
#define KAUTH_FILEOP_WILL_RENAME 8
#define KAUTH_FILEOP_CLOSE_MODIFIED 2

#define KAUTH_VNODE_READ_DATA		(1U << 1)
#define KAUTH_VNODE_LIST_DIRECTORY	KAUTH_VNODE_READ_DATA
#define KAUTH_VNODE_WRITE_DATA		(1U << 2)
#define KAUTH_VNODE_ADD_FILE		KAUTH_VNODE_WRITE_DATA
#define KAUTH_VNODE_EXECUTE		(1U << 3)
#define KAUTH_VNODE_SEARCH		KAUTH_VNODE_EXECUTE
#define KAUTH_VNODE_DELETE		(1U << 4)
#define KAUTH_VNODE_APPEND_DATA		(1U << 5)
#define KAUTH_VNODE_ADD_SUBDIRECTORY	KAUTH_VNODE_APPEND_DATA
#define KAUTH_VNODE_DELETE_CHILD	(1U << 6)
#define KAUTH_VNODE_READ_ATTRIBUTES	(1U << 7)
#define KAUTH_VNODE_WRITE_ATTRIBUTES	(1U << 8)
#define KAUTH_VNODE_READ_EXTATTRIBUTES	(1U << 9)
#define KAUTH_VNODE_WRITE_EXTATTRIBUTES	(1U << 10)
#define KAUTH_VNODE_READ_SECURITY	(1U << 11)
#define KAUTH_VNODE_WRITE_SECURITY	(1U << 12)
#define KAUTH_VNODE_TAKE_OWNERSHIP	(1U << 13)
#define KAUTH_VNODE_CHANGE_OWNER	KAUTH_VNODE_TAKE_OWNERSHIP
#define KAUTH_VNODE_SYNCHRONIZE		(1U << 20)
#define KAUTH_VNODE_LINKTARGET		(1U << 25)
#define KAUTH_VNODE_CHECKIMMUTABLE	(1U << 26)
#define KAUTH_VNODE_SEARCHBYANYONE	(1U << 29)
#define KAUTH_VNODE_NOIMMUTABLE		(1U << 30)
#define KAUTH_VNODE_ACCESS		(1U << 31)

/*
 * Listener callback; return KAUTH_RESULT_*.
 */
typedef int (*kauth_scope_callback_t)(kauth_cred_t _credential, void *_idata,
    kauth_action_t _action, uintptr_t _arg0, uintptr_t _arg1, uintptr_t _arg2,
    uintptr_t _arg3);

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Effective uid of the current credential.
 */
uid_t kauth_getuid(void);

/*
 * Real uid.
 */
uid_t kauth_getruid(void);

/*
 * Effective gid.
 */
gid_t kauth_getgid(void);

/*
 * Current credential, no reference.
 */
kauth_cred_t kauth_cred_get(void);

/*
 * Current credential, referenced.
 */
kauth_cred_t kauth_cred_get_with_ref(void);

/*
 * Credential of a process, referenced.
 */
kauth_cred_t kauth_cred_proc_ref(proc_t procp);

/*
 * +1.
 */
void kauth_cred_ref(kauth_cred_t _cred);

/*
 * -1 and clears the caller's pointer.
 */
void kauth_cred_unref(kauth_cred_t *_cred);

/*
 * Effective uid of a credential.
 */
uid_t kauth_cred_getuid(kauth_cred_t _cred);

/*
 * Real uid.
 */
uid_t kauth_cred_getruid(kauth_cred_t _cred);

/*
 * Effective gid.
 */
gid_t kauth_cred_getgid(kauth_cred_t _cred);

/*
 * 1 when uid is 0. unsupported bundle.
 */
int kauth_cred_issuser(kauth_cred_t _cred);

/*
 * Registers an authorisation listener ("com.apple.kauth.process" / ".fileop"
 * / ".generic" / ".vnode"). NULL on no memory; unknown scope is remembered
 * for later.
 */
kauth_listener_t kauth_listen_scope(const char *_identifier,
    kauth_scope_callback_t _callback, void *_idata);

/*
 * Removes; callbacks may still be running when it returns: kext must count
 * them itself.
 */
void kauth_unlisten_scope(kauth_listener_t _scope);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_KAUTH_H_ */
