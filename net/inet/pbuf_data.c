/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine's packet buffers: functions that copy, compare and find bytes.
 *
 * Upstream: lwIP 2.1.3, src/core/pbuf.c (the interface, not the text).
 */
#include "net/inet/inet_var.h"

#include <string.h>

#include "lwip/def.h"
#if LWIP_CHECKSUM_ON_COPY
#include "lwip/inet_chksum.h"
#endif

/* The pbuf that holds the byte at offset; NULL behind the end. */
static const struct pbuf *
pbuf_at(const struct pbuf *p, u16_t offset, u16_t *inside)
{
	while (p != NULL && p->len <= offset) {
		offset = (u16_t)(offset - p->len);
		p = p->next;
	}
	if (inside != NULL)
		*inside = offset;
	return p;
}

struct pbuf *
pbuf_skip(struct pbuf *in, u16_t in_offset, u16_t *out_offset)
{
	return (struct pbuf *)(uintptr_t)pbuf_at(in, in_offset, out_offset);
}

/* --- between pbufs ------------------------------------------------------------- */

err_t
pbuf_copy(struct pbuf *p_to, const struct pbuf *p_from)
{
	LWIP_ERROR("pbuf_copy: no source", p_from != NULL, return ERR_ARG);
	return pbuf_copy_partial_pbuf(p_to, p_from, p_from->tot_len, 0);
}

/* A buffer that ends its packet must end its chain: no packet queues. */
static bool
ends_badly(const struct pbuf *p)
{
	return p != NULL && p->len == p->tot_len && p->next != NULL;
}

err_t
pbuf_copy_partial_pbuf(struct pbuf *p_to, const struct pbuf *p_from,
    u16_t copy_len, u16_t offset)
{
	size_t to = offset, from = 0, left = copy_len;

	LWIP_ERROR("pbuf_copy_partial_pbuf: source is shorter",
	    p_from != NULL && p_from->tot_len >= copy_len, return ERR_ARG);
	LWIP_ERROR("pbuf_copy_partial_pbuf: target is smaller",
	    p_to != NULL && p_to->tot_len >= offset + copy_len,
	    return ERR_ARG);
	while (to > 0 && to >= p_to->len && p_to->next != NULL) {
		to -= p_to->len;
		p_to = p_to->next;
	}
	do {
		size_t n = p_from->len - from;

		if (n > p_to->len - to)
			n = p_to->len - to;
		if (n > left)
			n = left;
		memcpy((u8_t *)p_to->payload + to,
		    (const u8_t *)p_from->payload + from, n);
		to += n;
		from += n;
		left -= n;
		if (from == p_from->len) {
			from = 0;
			p_from = p_from->next;
			if (p_from == NULL && left > 0)
				return ERR_ARG;
		}
		if (to == p_to->len) {
			to = 0;
			p_to = p_to->next;
			if (p_to == NULL && left > 0)
				return ERR_ARG;
		}
		if (ends_badly(p_from) || ends_badly(p_to))
			return ERR_VAL;
	} while (left > 0);
	return ERR_OK;
}

struct pbuf *
pbuf_clone(pbuf_layer layer, pbuf_type type, struct pbuf *p)
{
	struct pbuf *q = pbuf_alloc(layer, p->tot_len, type);

	if (q != NULL && pbuf_copy(q, p) != ERR_OK) {
		pbuf_free(q);
		return NULL;
	}
	return q;
}

struct pbuf *
pbuf_coalesce(struct pbuf *p, pbuf_layer layer)
{
	struct pbuf *q;

	if (p->next == NULL)
		return p;
	q = pbuf_clone(layer, PBUF_RAM, p);
	if (q == NULL)
		return p;
	pbuf_free(p);
	return q;
}

/* --- between a pbuf and memory ---------------------------------------------------- */

u16_t
pbuf_copy_partial(const struct pbuf *p, void *dataptr, u16_t len, u16_t offset)
{
	u16_t done = 0;

	LWIP_ERROR("pbuf_copy_partial: no pbuf", p != NULL, return 0);
	LWIP_ERROR("pbuf_copy_partial: no memory", dataptr != NULL, return 0);
	p = pbuf_at(p, offset, &offset);
	for (; p != NULL && done < len; p = p->next) {
		u16_t n = (u16_t)(p->len - offset);

		if (n > len - done)
			n = (u16_t)(len - done);
		memcpy((u8_t *)dataptr + done,
		    (const u8_t *)p->payload + offset, n);
		done = (u16_t)(done + n);
		offset = 0;
	}
	return done;
}

void *
pbuf_get_contiguous(const struct pbuf *p, void *buffer, size_t bufsize,
    u16_t len, u16_t offset)
{
	u16_t inside;

	LWIP_ERROR("pbuf_get_contiguous: no pbuf", p != NULL, return NULL);
	LWIP_ERROR("pbuf_get_contiguous: no memory", buffer != NULL,
	    return NULL);
	LWIP_ERROR("pbuf_get_contiguous: too little memory", bufsize >= len,
	    return NULL);
	p = pbuf_at(p, offset, &inside);
	if (p == NULL)
		return NULL;
	if (p->len >= inside + len)
		return (u8_t *)p->payload + inside;
	return pbuf_copy_partial(p, buffer, len, inside) == len ? buffer : NULL;
}

/* Writes len bytes from offset on; the chain must reach that far. */
static err_t
pbuf_write(struct pbuf *p, const u8_t *data, u16_t len, u16_t offset)
{
	while (len > 0) {
		u16_t n = (u16_t)(p->len - offset);

		if (n > len)
			n = len;
		memcpy((u8_t *)p->payload + offset, data, n);
		data += n;
		len = (u16_t)(len - n);
		offset = 0;
		p = p->next;
		LWIP_ASSERT("pbuf_write: chain is too short",
		    p != NULL || len == 0);
	}
	return ERR_OK;
}

err_t
pbuf_take(struct pbuf *buf, const void *dataptr, u16_t len)
{
	LWIP_ERROR("pbuf_take: no pbuf", buf != NULL, return ERR_ARG);
	LWIP_ERROR("pbuf_take: no memory", dataptr != NULL, return ERR_ARG);
	LWIP_ERROR("pbuf_take: pbuf is smaller", buf->tot_len >= len,
	    return ERR_MEM);
	return pbuf_write(buf, dataptr, len, 0);
}

err_t
pbuf_take_at(struct pbuf *buf, const void *dataptr, u16_t len, u16_t offset)
{
	u16_t inside;
	struct pbuf *q = pbuf_skip(buf, offset, &inside);

	if (q == NULL || q->tot_len < inside + len)
		return ERR_MEM;
	return pbuf_write(q, dataptr, len, inside);
}

#if LWIP_CHECKSUM_ON_COPY
err_t
pbuf_fill_chksum(struct pbuf *p, u16_t start_offset, const void *dataptr,
    u16_t len, u16_t *chksum)
{
	u32_t acc;
	u16_t sum;

	LWIP_ASSERT("pbuf_fill_chksum: arguments", p != NULL &&
	    dataptr != NULL && chksum != NULL && len != 0);
	if (start_offset >= p->len || start_offset + len > p->len)
		return ERR_ARG;
	sum = LWIP_CHKSUM_COPY((u8_t *)p->payload + start_offset, dataptr, len);
	if (start_offset & 1)
		sum = SWAP_BYTES_IN_WORD(sum);
	acc = (u32_t)*chksum + sum;
	*chksum = (u16_t)FOLD_U32T(acc);
	return ERR_OK;
}
#endif

/* --- single bytes, comparing, finding ---------------------------------------------- */

int
pbuf_try_get_at(const struct pbuf *p, u16_t offset)
{
	u16_t inside;

	p = pbuf_at(p, offset, &inside);
	return p == NULL ? -1 : ((const u8_t *)p->payload)[inside];
}

u8_t
pbuf_get_at(const struct pbuf *p, u16_t offset)
{
	int v = pbuf_try_get_at(p, offset);

	return v < 0 ? 0 : (u8_t)v;
}

void
pbuf_put_at(struct pbuf *p, u16_t offset, u8_t data)
{
	u16_t inside;

	p = pbuf_skip(p, offset, &inside);
	if (p != NULL)
		((u8_t *)p->payload)[inside] = data;
}

/* 0 if equal, else one more than the place of the first difference. */
u16_t
pbuf_memcmp(const struct pbuf *p, u16_t offset, const void *s2, u16_t n)
{
	u16_t inside;

	if (p->tot_len < offset + n)
		return 0xffff;
	p = pbuf_at(p, offset, &inside);
	for (u16_t i = 0; i < n; i++) {
		if (pbuf_get_at(p, (u16_t)(inside + i)) !=
		    ((const u8_t *)s2)[i])
			return (u16_t)LWIP_MIN(i + 1, 0xffff);
	}
	return 0;
}

u16_t
pbuf_memfind(const struct pbuf *p, const void *mem, u16_t mem_len,
    u16_t start_offset)
{
	if (p->tot_len < mem_len + start_offset)
		return 0xffff;
	for (u16_t i = start_offset; i <= p->tot_len - mem_len; i++) {
		if (pbuf_memcmp(p, i, mem, mem_len) == 0)
			return i;
	}
	return 0xffff;
}

u16_t
pbuf_strstr(const struct pbuf *p, const char *substr)
{
	size_t len;

	if (substr == NULL || substr[0] == '\0' || p->tot_len == 0xffff)
		return 0xffff;
	len = strlen(substr);
	return len >= 0xffff ? 0xffff :
	    pbuf_memfind(p, substr, (u16_t)len, 0);
}
