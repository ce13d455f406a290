#include <hiredis/hiredis.h>

// Sources/Redis/Codec compiles against both shapes of createArray: it takes an int in 0.13 and 0.14, a size_t in 1.x.
// Anything else is unknown to it.
#if HIREDIS_MAJOR > 1 || (HIREDIS_MAJOR == 0 && HIREDIS_MINOR < 13)
#error "Tidemark needs hiredis 0.13, 0.14 or 1.x (Debian: libhiredis-dev)"
#endif
