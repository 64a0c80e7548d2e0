#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <mach/mach_types.h>
#include <mach/kmod.h>
#include <kern/thread.h>
#include "values.h"

static int leaves SYSCTL_HANDLER_ARGS;

SYSCTL_DECL(_net_inet);
SYSCTL_NODE(, OID_AUTO, tree, CTLFLAG_RW, 0, "a tree of its own");
SYSCTL_NODE(_tree, OID_AUTO, branch, CTLFLAG_RW, 0, "");
SYSCTL_INT(_tree, OID_AUTO, level, CTLFLAG_RW, &tree_level, 0, "")
SYSCTL_STRING(_tree, OID_AUTO, name, CTLFLAG_RW, tree_name, sizeof(tree_name), "");
static SYSCTL_UINT(_tree_branch, OID_AUTO, reads, CTLFLAG_RD, &tree_reads, 0, "");
SYSCTL_PROC(_tree_branch, OID_AUTO, leaves, CTLTYPE_INT | CTLFLAG_RW, 0, 0, leaves, "I", "");

static struct sysctl_oid *all[] = {
	&sysctl__tree, &sysctl__tree_branch, &sysctl__tree_level,
	&sysctl__tree_name, &sysctl__tree_branch_reads,
	&sysctl__tree_branch_leaves, NULL
};

static int
leaves SYSCTL_HANDLER_ARGS
{
	int v = tree_level * 100, error;

	tree_reads++;
	error = sysctl_handle_int(oidp, &v, 0, req);
	if (error || !req->newptr)
		return (error);
	if (v % 100 != 0)
		return (EINVAL);
	tree_level = v / 100;
	return (0);
}

KMOD_DECL(sysctltree, "0.3")

static kern_return_t
sysctltree_module_start(struct kmod_info *ki, void *data)
{
	int i;

	for (i = 0; all[i]; i++)
		sysctl_register_oid(all[i]);
	return (KERN_SUCCESS);
}

static kern_return_t
sysctltree_module_stop(struct kmod_info *ki, void *data)
{
	int i;

	for (i = 0; all[i]; i++)
		;
	while (--i >= 0)
		sysctl_unregister_oid(all[i]);
	return (KERN_SUCCESS);
}
