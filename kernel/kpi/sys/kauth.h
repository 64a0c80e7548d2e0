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
 * A listener: judges an action on the arguments its scope defines.
 * Returns:   KAUTH_RESULT_ALLOW, KAUTH_RESULT_DENY or KAUTH_RESULT_DEFER
 * Context:   the thread that acts, may block
 * Locks:     none held
 */
typedef int (*kauth_scope_callback_t)(kauth_cred_t _credential, void *_idata,
    kauth_action_t _action, uintptr_t _arg0, uintptr_t _arg1, uintptr_t _arg2,
    uintptr_t _arg3);

#ifdef KERNEL
__BEGIN_DECLS

/*
 * The effective user id of the current process.
 * Returns:   the id
 * Context:   any thread
 */
uid_t kauth_getuid(void);

/*
 * The real user id of the current process.
 * Returns:   the id
 * Context:   any thread
 */
uid_t kauth_getruid(void);

/*
 * The effective group id of the current process.
 * Returns:   the id
 * Context:   any thread
 */
gid_t kauth_getgid(void);

/*
 * The credential of the current thread.
 * Returns:   the credential, without a reference
 * Context:   any thread
 */
kauth_cred_t kauth_cred_get(void);

/*
 * The credential of the current thread, referenced.
 * Returns:   the credential
 * Ownership: the reference is the caller's, dropped with kauth_cred_unref()
 * Context:   any thread
 */
kauth_cred_t kauth_cred_get_with_ref(void);

/*
 * The credential of a process, referenced.
 * Returns:   the credential
 * Ownership: the reference is the caller's, dropped with kauth_cred_unref()
 * Context:   any thread
 */
kauth_cred_t kauth_cred_proc_ref(proc_t procp);

/*
 * Adds a reference to a credential.
 * Ownership: the reference is the caller's, dropped with kauth_cred_unref()
 * Context:   any thread
 */
void kauth_cred_ref(kauth_cred_t _cred);

/*
 * Drops a reference and clears the pointer.
 * Context:   any thread
 */
void kauth_cred_unref(kauth_cred_t *_cred);

/*
 * Drops a reference; the older form of kauth_cred_unref().
 * Context:   any thread
 */
void kauth_cred_rele(kauth_cred_t _cred);

/*
 * The effective user id of a credential.
 * Returns:   the id
 * Context:   any thread
 */
uid_t kauth_cred_getuid(kauth_cred_t _cred);

/*
 * The real user id of a credential.
 * Returns:   the id
 * Context:   any thread
 */
uid_t kauth_cred_getruid(kauth_cred_t _cred);

/*
 * The effective group id of a credential.
 * Returns:   the id
 * Context:   any thread
 */
gid_t kauth_cred_getgid(kauth_cred_t _cred);

/*
 * The saved user id of a credential.
 * Returns:   the id
 * Context:   any thread
 */
uid_t kauth_cred_getsvuid(kauth_cred_t _cred);

/*
 * The real group id of a credential.
 * Returns:   the id
 * Context:   any thread
 */
gid_t kauth_cred_getrgid(kauth_cred_t _cred);

/*
 * The saved group id of a credential.
 * Returns:   the id
 * Context:   any thread
 */
gid_t kauth_cred_getsvgid(kauth_cred_t _cred);

/*
 * Whether a group is one of a credential's: *_resultp is 1 or 0.
 * Returns:   0
 * Context:   any thread
 */
int kauth_cred_ismember_gid(kauth_cred_t _cred, gid_t _gid, int *_resultp);

/*
 * Whether a group is one of a credential's.
 * Returns:   1 or 0
 * Context:   any thread
 */
int groupmember(gid_t gid, kauth_cred_t cred);

/*
 * Whether the effective user id is 0.
 * Returns:   1 or 0
 * Context:   any thread
 */
int kauth_cred_issuser(kauth_cred_t _cred);

/*
 * Adds a listener to a scope, which need not exist yet.
 * Returns:   the listener, or NULL without memory
 * Ownership: ended with kauth_unlisten_scope(); the identifier is copied
 * Context:   thread, may block
 */
kauth_listener_t kauth_listen_scope(const char *_identifier,
    kauth_scope_callback_t _callback, void *_idata);

/*
 * Removes a listener; its callback may still be running on another thread.
 * Context:   thread, may block
 */
void kauth_unlisten_scope(kauth_listener_t _scope);

/*
 * Makes a scope of the kext's own; its callback, which may be NULL, judges
 * before the listeners do. Listeners that asked for the name before count.
 * Returns:   the scope; NULL without memory, for a name that is one of the
 *            kernel's scopes or taken
 * Ownership: ended with kauth_deregister_scope(); the identifier is copied
 * Context:   thread, may block
 */
kauth_scope_t kauth_register_scope(const char *_identifier,
    kauth_scope_callback_t _callback, void *_idata);

/*
 * Ends a scope and waits until nobody is being asked for it, except for the
 * caller itself. Its listeners stay, and wait for a scope of the name.
 * Context:   thread, may block
 */
void kauth_deregister_scope(kauth_scope_t _scope);

/*
 * Asks the scope's callback and then its listeners: any of them may deny,
 * else any of them may allow.
 * Returns:   0 when allowed; EPERM when denied and when all deferred
 * Context:   thread, may block
 * Locks:     none held
 */
int kauth_authorize_action(kauth_scope_t _scope, kauth_cred_t _credential,
    kauth_action_t _action, uintptr_t _arg0, uintptr_t _arg1, uintptr_t _arg2,
    uintptr_t _arg3);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_KAUTH_H_ */
