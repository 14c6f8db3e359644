/* Small arithmetic that is written as macros. Each argument is taken once. Leaves out, everywhere: the checks that both sides have the same type. */

#define swap(a, b) ({ __auto_type swapped = (a); (a) = (b); (b) = swapped; })

#define clamp(value, low, high) min(max(value, low), high)
#define clamp_t(type, value, low, high) min_t(type, max_t(type, value, low), high)
#define clamp_val(value, low, high) clamp(value, low, high)
#define min3(x, y, z) min(min(x, y), z)
#define max3(x, y, z) max(max(x, y), z)
#define abs(x) ({ __auto_type abs_of = (x); abs_of < 0 ? -abs_of : abs_of; })

#define DIV_ROUND_UP(n, d) ({ __auto_type divisor = (d); ((n) + divisor - 1) / divisor; })
#define roundup(x, y) ({ __auto_type multiple = (y); (((x) + multiple - 1) / multiple) * multiple; })
#define rounddown(x, y) ({ __auto_type whole = (x); whole - whole % (y); })
#define round_up(x, y) roundup(x, y)
#define round_down(x, y) rounddown(x, y)
#define ALIGN(x, a) roundup(x, a)
#define ALIGN_DOWN(x, a) rounddown(x, a)
#define IS_ALIGNED(x, a) ((x) % (a) == 0)

#define GENMASK(high, low) ((2UL << (high)) - (1UL << (low)))
#define lower_32_bits(n) ((u32)((n) & 0xffffffff))
#define upper_32_bits(n) ((u32)((n) >> 32))
