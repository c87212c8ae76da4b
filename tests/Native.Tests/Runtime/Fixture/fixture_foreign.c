/* fixture_foreign.c - a shared library that has nothing to do with the interface. */
int fixture_answer(void);

int fixture_answer(void) { return 42; }
