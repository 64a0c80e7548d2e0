extern int tree_level;
extern char tree_name[32];
extern u_int32_t tree_reads;
