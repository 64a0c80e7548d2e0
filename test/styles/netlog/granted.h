#ifndef GRANTED_H
#define GRANTED_H
#ifdef __cplusplus
extern "C" {
#endif
/* 0, or the number of what is not as it has to be. */
extern int granted(int argc);
#ifdef __cplusplus
}
#endif
#endif
