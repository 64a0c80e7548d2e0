/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <i386/machine_routines.h>: the machine: interrupt state.
 */
#ifndef _I386_MACHINE_ROUTINES_H_
#define _I386_MACHINE_ROUTINES_H_

#include <mach/mach_types.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Whether an interrupt is being handled.
 * Returns:   TRUE or FALSE
 * Context:   any
 */
boolean_t ml_at_interrupt_context(void);

/*
 * Whether interrupts are enabled on this CPU.
 * Returns:   TRUE or FALSE
 * Context:   any
 */
boolean_t ml_get_interrupts_enabled(void);

/*
 * Enables or disables interrupts on this CPU.
 * Returns:   what it was before
 * Context:   any
 */
boolean_t ml_set_interrupts_enabled(boolean_t enable);

__END_DECLS
#endif /* KERNEL */

#endif /* _I386_MACHINE_ROUTINES_H_ */
