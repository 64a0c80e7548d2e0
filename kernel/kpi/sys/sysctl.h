/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/sysctl.h>: named values of the kernel: declaring, registering,
 * handling.
 *
 * The macros define an object that sysctl_register_oid() inserts; each ends
 * with a semicolon of its own.
 */
#ifndef _SYS_SYSCTL_H_
#define _SYS_SYSCTL_H_

#include <sys/proc.h>
#include <sys/vm.h>
#include <libkern/sysctl.h>

#define CTL_MAXNAME		12

#define CTLTYPE			0xf
#define CTLTYPE_NODE		1
#define CTLTYPE_INT		2
#define CTLTYPE_STRING		3
#define CTLTYPE_QUAD		4
#define CTLTYPE_OPAQUE		5
#define CTLTYPE_STRUCT		CTLTYPE_OPAQUE

#define CTLFLAG_RD		0x80000000
#define CTLFLAG_WR		0x40000000
#define CTLFLAG_RW		(CTLFLAG_RD | CTLFLAG_WR)
#define CTLFLAG_NOLOCK		0x20000000
#define CTLFLAG_ANYBODY		0x10000000	/* anybody may write */
#define CTLFLAG_SECURE		0x08000000
#define CTLFLAG_MASKED		0x04000000	/* not listed */
#define CTLFLAG_NOAUTO		0x02000000
#define CTLFLAG_KERN		0x01000000	/* kernel only */
#define CTLFLAG_LOCKED		0x00800000
#define CTLFLAG_OID2		0x00400000	/* set by the macros */

#define OID_AUTO		(-1)
#define OID_AUTO_START		100
#define SYSCTL_OID_VERSION	1

#define CTL_UNSPEC		0
#define CTL_KERN		1
#define CTL_VM			2
#define CTL_VFS			3
#define CTL_NET			4
#define CTL_DEBUG		5
#define CTL_HW			6
#define CTL_MACHDEP		7
#define CTL_USER		8

#ifdef KERNEL
struct sysctl_oid;
struct sysctl_req;

#define SYSCTL_HANDLER_ARGS						\
	(struct sysctl_oid *oidp, void *arg1, int arg2,			\
	    struct sysctl_req *req)

/* A request: where the old value goes, where the new one comes from. */
struct sysctl_req {
	struct proc	*p;
	int		 lock;
	user_addr_t	 oldptr;
	size_t		 oldlen;
	size_t		 oldidx;
	int		(*oldfunc)(struct sysctl_req *, const void *, size_t);
	user_addr_t	 newptr;
	size_t		 newlen;
	size_t		 newidx;
	int		(*newfunc)(struct sysctl_req *, void *, size_t);
};

SLIST_HEAD(sysctl_oid_list, sysctl_oid);

struct sysctl_oid {
	struct sysctl_oid_list	*oid_parent;
	SLIST_ENTRY(sysctl_oid)	 oid_link;
	int			 oid_number;
	int			 oid_kind;
	void			*oid_arg1;
	int			 oid_arg2;
	const char		*oid_name;
	int			(*oid_handler) SYSCTL_HANDLER_ARGS;
	const char		*oid_fmt;
	const char		*oid_descr;
	int			 oid_version;
	int			 oid_refcnt;
};

/*
 * The new value of the caller, copied to ptr.
 * Returns:   0, EINVAL when it is shorter than len, EFAULT
 */
#define SYSCTL_IN(req, ptr, len)	((req)->newfunc)((req), (ptr), (len))
/*
 * The old value, copied to the caller.
 * Returns:   0, ENOMEM when the caller's buffer is short, EFAULT
 */
#define SYSCTL_OUT(req, ptr, len)	((req)->oldfunc)((req), (ptr), (len))

__BEGIN_DECLS

/*
 * Inserts an object under its parent; OID_AUTO gives it a number above those
 * there.
 * Ownership: the object stays the caller's and in use until
 *            sysctl_unregister_oid()
 * Context:   thread, may block
 */
void sysctl_register_oid(struct sysctl_oid *oidp);

/*
 * Removes an object and waits until no handler of it runs.
 * Context:   thread, may block
 */
void sysctl_unregister_oid(struct sysctl_oid *oidp);

/*
 * Does nothing: no objects wait to be inserted all at once.
 * Context:   any thread
 */
void sysctl_register_fixed(void);

/*
 * The handler of an int at arg1; the constant arg2 when arg1 is NULL.
 * Returns:   0, EPERM for setting a constant, EINVAL, ENOMEM, EFAULT
 * Context:   thread
 */
int sysctl_handle_int SYSCTL_HANDLER_ARGS;

/*
 * The handler of a long at arg1.
 * Returns:   0, EINVAL, ENOMEM, EFAULT
 * Context:   thread
 */
int sysctl_handle_long SYSCTL_HANDLER_ARGS;

/*
 * The handler of a 64-bit integer at arg1.
 * Returns:   0, EINVAL, ENOMEM, EFAULT
 * Context:   thread
 */
int sysctl_handle_quad SYSCTL_HANDLER_ARGS;

/*
 * The handler of an int at arg1 that callers see with 64 bits.
 * Returns:   0, ERANGE for a value that does not fit, EINVAL, ENOMEM, EFAULT
 * Context:   thread
 */
int sysctl_handle_int2quad SYSCTL_HANDLER_ARGS;

/*
 * The handler of a string at arg1 with room for arg2 bytes; 0: it cannot be
 * set.
 * Returns:   0, EINVAL for a string too long, EPERM, ENOMEM, EFAULT
 * Context:   thread
 */
int sysctl_handle_string SYSCTL_HANDLER_ARGS;

/*
 * The handler of arg2 bytes at arg1.
 * Returns:   0, EINVAL, ENOMEM, EFAULT
 * Context:   thread
 */
int sysctl_handle_opaque SYSCTL_HANDLER_ARGS;

__END_DECLS

/* Declares the list of children of an existing node. */
#define SYSCTL_DECL(name)						\
	extern struct sysctl_oid_list sysctl_##name##_children;

/* An object of any kind. */
#define SYSCTL_OID(parent, nbr, name, kind, a1, a2, handler, fmt, descr) \
	struct sysctl_oid sysctl_##parent##_##name = {			\
		&sysctl_##parent##_children, { 0 }, nbr,		\
		(int)((kind) | CTLFLAG_OID2), a1, (int)(a2), #name,	\
		handler, fmt, descr, SYSCTL_OID_VERSION, 0 };

/* The same without the mark of the present layout. */
#define SYSCTL_OID_COMPAT(parent, nbr, name, kind, a1, a2, handler, fmt, descr) \
	struct sysctl_oid sysctl_##parent##_##name = {			\
		&sysctl_##parent##_children, { 0 }, nbr,		\
		(int)(kind), a1, (int)(a2), #name,			\
		handler, fmt, descr, SYSCTL_OID_VERSION, 0 };

/* A node and the list of its children. */
#define SYSCTL_NODE(parent, nbr, name, access, handler, descr)		\
	struct sysctl_oid_list sysctl_##parent##_##name##_children;	\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_NODE | (access),		\
	    (void *)&sysctl_##parent##_##name##_children, 0, handler,	\
	    "N", descr)

/* A string of at most len bytes with its NUL; 0: read only. */
#define SYSCTL_STRING(parent, nbr, name, access, arg, len, descr)	\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_STRING | (access), arg,	\
	    len, sysctl_handle_string, "A", descr)

/* An int at ptr; the constant val when ptr is null. */
#define SYSCTL_INT(parent, nbr, name, access, ptr, val, descr)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_INT | (access), ptr, val,	\
	    sysctl_handle_int, "I", descr)
#define SYSCTL_COMPAT_INT(parent, nbr, name, access, ptr, val, descr)	\
	SYSCTL_OID_COMPAT(parent, nbr, name, CTLTYPE_INT | (access),	\
	    ptr, val, sysctl_handle_int, "I", descr)

/* An unsigned int at ptr; the constant val when ptr is null. */
#define SYSCTL_UINT(parent, nbr, name, access, ptr, val, descr)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_INT | (access), ptr, val,	\
	    sysctl_handle_int, "IU", descr)
#define SYSCTL_COMPAT_UINT(parent, nbr, name, access, ptr, val, descr)	\
	SYSCTL_OID_COMPAT(parent, nbr, name, CTLTYPE_INT | (access),	\
	    ptr, val, sysctl_handle_int, "IU", descr)

/* A long at ptr. */
#define SYSCTL_LONG(parent, nbr, name, access, ptr, descr)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_INT | (access), ptr, 0,	\
	    sysctl_handle_long, "L", descr)

/* An unsigned long at ptr. */
#define SYSCTL_ULONG(parent, nbr, name, access, ptr, descr)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_INT | (access), ptr, 0,	\
	    sysctl_handle_long, "LU", descr)

/* A 64-bit integer at ptr. */
#define SYSCTL_QUAD(parent, nbr, name, access, ptr, descr)		\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_QUAD | (access), ptr, 0,	\
	    sysctl_handle_quad, "Q", descr)

/* len bytes at ptr, described by fmt. */
#define SYSCTL_OPAQUE(parent, nbr, name, access, ptr, len, fmt, descr)	\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_OPAQUE | (access), ptr,	\
	    len, sysctl_handle_opaque, fmt, descr)

/* A structure of the type given at ptr. */
#define SYSCTL_STRUCT(parent, nbr, name, access, ptr, type, descr)	\
	SYSCTL_OID(parent, nbr, name, CTLTYPE_OPAQUE | (access), ptr,	\
	    sizeof(struct type), sysctl_handle_opaque, "S," #type, descr)

/* A value with a handler of its own. */
#define SYSCTL_PROC(parent, nbr, name, access, ptr, arg, handler, fmt, descr) \
	SYSCTL_OID(parent, nbr, name, (access), ptr, arg, handler, fmt,	\
	    descr)

__BEGIN_DECLS
/* The root, for an empty parent name, and the nodes below it. */
extern struct sysctl_oid_list sysctl__children;
SYSCTL_DECL(_kern)
SYSCTL_DECL(_sysctl)
SYSCTL_DECL(_vm)
SYSCTL_DECL(_vfs)
SYSCTL_DECL(_net)
SYSCTL_DECL(_net_inet)
SYSCTL_DECL(_net_inet_ip)
SYSCTL_DECL(_net_link)
SYSCTL_DECL(_debug)
SYSCTL_DECL(_hw)
SYSCTL_DECL(_machdep)
SYSCTL_DECL(_user)
__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_SYSCTL_H_ */
