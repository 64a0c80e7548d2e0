/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filter machine: an accumulator, an index register, sixteen words of
 * scratch memory, loads from the packet, forward jumps.
 *
 * bpf_validate accepts a program once and for all: known instructions, jumps
 * that stay inside and go forward, scratch addresses in range, no constant
 * division by zero, a return at the end.  So a program ends after at most its
 * length, and bpf_run needs no checks but those that depend on the packet.
 */
#include <libkern/libkern.h>

#include "net/dlil/bpfvar.h"
#include "net/dlil/bpfvar_run.h"

/* Instructions newer than the header's list. */
#define BPF_MOD		0x90
#define BPF_XOR		0xa0

/* --- validation ------------------------------------------------------------ */

static bool
valid_load(const struct bpf_insn *p)
{
	bool ldx = BPF_CLASS(p->code) == BPF_LDX;

	switch (BPF_MODE(p->code)) {
	case BPF_IMM:
		return (BPF_SIZE(p->code) == BPF_W);
	case BPF_ABS:
	case BPF_IND:
		return (!ldx && BPF_SIZE(p->code) <= BPF_B);
	case BPF_MEM:
		return (BPF_SIZE(p->code) == BPF_W && p->k < BPF_MEMWORDS);
	case BPF_LEN:
		return (BPF_SIZE(p->code) == BPF_W);
	case BPF_MSH:
		return (ldx && BPF_SIZE(p->code) == BPF_B);
	default:
		return (false);
	}
}

static bool
valid_alu(const struct bpf_insn *p)
{
	switch (BPF_OP(p->code)) {
	case BPF_ADD:
	case BPF_SUB:
	case BPF_MUL:
	case BPF_OR:
	case BPF_AND:
	case BPF_XOR:
	case BPF_NEG:
		return (true);
	case BPF_LSH:
	case BPF_RSH:
		return (BPF_SRC(p->code) == BPF_X || p->k < 32);
	case BPF_DIV:
	case BPF_MOD:
		return (BPF_SRC(p->code) == BPF_X || p->k != 0);
	default:
		return (false);
	}
}

/* room is the number of instructions behind p. */
static bool
valid_jump(const struct bpf_insn *p, u_int room)
{
	switch (BPF_OP(p->code)) {
	case BPF_JA:
		return (p->k < room);
	case BPF_JEQ:
	case BPF_JGT:
	case BPF_JGE:
	case BPF_JSET:
		return (p->jt < room && p->jf < room);
	default:
		return (false);
	}
}

static bool
valid_insn(const struct bpf_insn *p, u_int room)
{
	switch (BPF_CLASS(p->code)) {
	case BPF_LD:
	case BPF_LDX:
		return ((p->code & 0xff00) == 0 && valid_load(p));
	case BPF_ST:
	case BPF_STX:
		return (p->k < BPF_MEMWORDS);
	case BPF_ALU:
		return (valid_alu(p));
	case BPF_JMP:
		return (valid_jump(p, room));
	case BPF_RET:
		return (BPF_RVAL(p->code) == BPF_K || BPF_RVAL(p->code) == BPF_A);
	case BPF_MISC:
		return (BPF_MISCOP(p->code) == BPF_TAX ||
		    BPF_MISCOP(p->code) == BPF_TXA);
	default:
		return (false);
	}
}

bool
bpf_validate(const struct bpf_insn *prog, u_int count)
{
	if (count == 0 || count > BPF_MAXINSNS)
		return (false);
	for (u_int i = 0; i < count; i++)
		if (!valid_insn(&prog[i], count - i - 1))
			return (false);
	return (BPF_CLASS(prog[count - 1].code) == BPF_RET);
}

/* --- running --------------------------------------------------------------- */

/* n bytes at off, big endian; false when they are not all there. */
static bool
load(const struct bpf_packet *pkt, uint32_t off, unsigned n, uint32_t *value)
{
	uint8_t bytes[4];
	const uint8_t *b = bytes;

	if (off >= pkt->bp_len || pkt->bp_len - off < n)
		return (false);
	if (off >= pkt->bp_hdrlen &&
	    (size_t)off - pkt->bp_hdrlen + n <= pkt->bp_datalen)
		b = pkt->bp_data + (off - pkt->bp_hdrlen);
	else if (bpf_packet_copy(pkt, off, bytes, n) != n)
		return (false);
	switch (n) {
	case 1:
		*value = b[0];
		break;
	case 2:
		*value = (uint32_t)b[0] << 8 | b[1];
		break;
	default:
		*value = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
		    (uint32_t)b[2] << 8 | b[3];
		break;
	}
	return (true);
}

static unsigned
load_size(uint16_t code)
{
	return (BPF_SIZE(code) == BPF_B ? 1 : BPF_SIZE(code) == BPF_H ? 2 : 4);
}

/* False: division by zero, the packet is rejected. */
static bool
alu(uint16_t code, uint32_t *a, uint32_t operand)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		*a += operand;
		break;
	case BPF_SUB:
		*a -= operand;
		break;
	case BPF_MUL:
		*a *= operand;
		break;
	case BPF_DIV:
		if (operand == 0)
			return (false);
		*a /= operand;
		break;
	case BPF_MOD:
		if (operand == 0)
			return (false);
		*a %= operand;
		break;
	case BPF_OR:
		*a |= operand;
		break;
	case BPF_AND:
		*a &= operand;
		break;
	case BPF_XOR:
		*a ^= operand;
		break;
	case BPF_LSH:
		*a = operand < 32 ? *a << operand : 0;
		break;
	case BPF_RSH:
		*a = operand < 32 ? *a >> operand : 0;
		break;
	case BPF_NEG:
		*a = -*a;
		break;
	}
	return (true);
}

static bool
compare(uint16_t code, uint32_t a, uint32_t operand)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return (a == operand);
	case BPF_JGT:
		return (a > operand);
	case BPF_JGE:
		return (a >= operand);
	default:
		return ((a & operand) != 0);	/* BPF_JSET */
	}
}

/* The value of a load into A or X; false rejects the packet. */
static bool
fetch(const struct bpf_packet *pkt, const struct bpf_insn *p, uint32_t x,
    const uint32_t *mem, uint32_t *value)
{
	switch (BPF_MODE(p->code)) {
	case BPF_IMM:
		*value = p->k;
		return (true);
	case BPF_MEM:
		*value = mem[p->k];
		return (true);
	case BPF_LEN:
		*value = (uint32_t)pkt->bp_len;
		return (true);
	case BPF_ABS:
		return (load(pkt, p->k, load_size(p->code), value));
	case BPF_IND:
		if (x + p->k < x)
			return (false);
		return (load(pkt, x + p->k, load_size(p->code), value));
	default:				/* BPF_MSH */
		if (!load(pkt, p->k, 1, value))
			return (false);
		*value = (*value & 0xf) << 2;
		return (true);
	}
}

uint32_t
bpf_run(const struct bpf_insn *prog, const struct bpf_packet *pkt)
{
	uint32_t mem[BPF_MEMWORDS] = { 0 };
	uint32_t a = 0, x = 0;

	if (prog == NULL)
		return (0xffffffff);	/* no filter: everything, whole */
	for (const struct bpf_insn *p = prog;; p++) {
		uint32_t operand = BPF_SRC(p->code) == BPF_X ? x : p->k;

		switch (BPF_CLASS(p->code)) {
		case BPF_LD:
			if (!fetch(pkt, p, x, mem, &a))
				return (0);
			break;
		case BPF_LDX:
			if (!fetch(pkt, p, x, mem, &x))
				return (0);
			break;
		case BPF_ST:
			mem[p->k] = a;
			break;
		case BPF_STX:
			mem[p->k] = x;
			break;
		case BPF_ALU:
			if (!alu(p->code, &a, operand))
				return (0);
			break;
		case BPF_JMP:
			if (BPF_OP(p->code) == BPF_JA)
				p += p->k;
			else
				p += compare(p->code, a, operand) ? p->jt : p->jf;
			break;
		case BPF_RET:
			return (BPF_RVAL(p->code) == BPF_A ? a : p->k);
		default:			/* BPF_MISC */
			if (BPF_MISCOP(p->code) == BPF_TAX)
				x = a;
			else
				a = x;
			break;
		}
	}
}

uint32_t
bpf_run_bytes(const struct bpf_insn *prog, const uint8_t *data, size_t caplen,
    size_t len)
{
	struct bpf_packet pkt = {
		.bp_data = data, .bp_datalen = caplen, .bp_len = len,
	};

	return (bpf_run(prog, &pkt));
}
