// shared between the kext and the tool
#ifndef CTLPAIR_H
#define CTLPAIR_H
#define CTLPAIR_GET_COUNT 1
#define CTLPAIR_SET_FACTOR 2
struct ctlpair_reply {
	uint32_t	count;
	uint32_t	factor;
};
#endif
