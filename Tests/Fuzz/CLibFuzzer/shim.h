#include <stddef.h>
#include <stdint.h>

// As libFuzzer declares it for programs with a `main` of their own.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));
