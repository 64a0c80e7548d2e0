/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/kmod.h>: the object every kext defines: its name, version, start and
 * stop.
 *
 * A kext is loaded when its start function returns KERN_SUCCESS and stays
 * loaded while its stop function returns anything else. Both macros end with
 * a semicolon of their own.
 */
#ifndef _MACH_KMOD_H_
#define _MACH_KMOD_H_

#include <mach/mach_types.h>

#define KMOD_MAX_NAME		64
#define KMOD_RETURN_SUCCESS	KERN_SUCCESS
#define KMOD_RETURN_FAILURE	KERN_FAILURE
#define KMOD_INFO_VERSION	1
#define KMOD_INFO_NAME		kmod_info

struct kmod_info;

/*
 * The start function of a kext, after it was loaded.
 * Returns:   KERN_SUCCESS; any other unloads it again
 * Context:   thread, may block
 * Locks:     none held
 */
typedef kern_return_t kmod_start_func_t(struct kmod_info *ki, void *data);

/*
 * The stop function of a kext, before it is unloaded.
 * Returns:   KERN_SUCCESS; any other keeps it loaded
 * Context:   thread, may block
 * Locks:     none held
 */
typedef kern_return_t kmod_stop_func_t(struct kmod_info *ki, void *data);

#pragma pack(push, 4)
typedef struct kmod_reference {
	struct kmod_reference	*next;
	struct kmod_info	*info;
} kmod_reference_t;

typedef struct kmod_info {
	struct kmod_info	*next;
	int32_t			 info_version;
	u_int32_t		 id;		/* 0xffffffff until loaded */
	char			 name[KMOD_MAX_NAME];
	char			 version[KMOD_MAX_NAME];
	int32_t			 reference_count;
	kmod_reference_t	*reference_list;
	vm_address_t		 address;
	vm_size_t		 size;
	vm_size_t		 hdr_size;
	kmod_start_func_t	*start;
	kmod_stop_func_t	*stop;
} kmod_info_t;
#pragma pack(pop)

/* name is a bundle identifier without quotes, possibly through a macro. */
#define KMOD_STRINGIZE(name)	#name
#define KMOD_EXPLICIT_DECL(name, version, start, stop)			\
	__BEGIN_DECLS							\
	kmod_info_t KMOD_INFO_NAME = { 0, KMOD_INFO_VERSION, -1U,	\
	    { KMOD_STRINGIZE(name) }, { version }, -1, 0, 0, 0, 0,	\
	    start, stop };						\
	__END_DECLS
#define KMOD_DECL(name, version)					\
	static kmod_start_func_t name ## _module_start;			\
	static kmod_stop_func_t name ## _module_stop;			\
	KMOD_EXPLICIT_DECL(name, version, name ## _module_start,	\
	    name ## _module_stop)

#endif /* _MACH_KMOD_H_ */
