/*
 * floating_point.c - one function per kind of floating-point arithmetic. The test that finds none in the library must find it in each of
 * these, whatever the compiler turns them into; and none in the functions called `moves_...`, which only carry values about.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

float float_add(float a, float b) { return a + b; }
float float_multiply_add(float a, float b, float c) { return a * b + c; }
double double_divide(double a, double b) { return a / b; }
double double_subtract(double a, double b) { return a - b; }
int float_compare(float a, float b) { return a < b; }
int32_t float_to_integer(float a) { return (int32_t)a; }
float integer_to_float(int32_t a) { return (float)a; }
double float_to_double(float a) { return a; }
long double extended_multiply(long double a, long double b) { return a * b; }
float float_root(float a) { return sqrtf(a); }

void float_scale(float *x, int n, float gain)
{
    for (int i = 0; i < n; i++) x[i] *= gain;
}

void quantize(int16_t *y, const float *x, int n)
{
    for (int i = 0; i < n; i++) y[i] = (int16_t)(x[i] * 32767.0f);
}

void moves_bytes(uint8_t *to, const uint8_t *from) { memcpy(to, from, 64); }

void moves_integers(int32_t *y, const int32_t *x, int n)
{
    for (int i = 0; i < n; i++) y[i] = x[n - 1 - i] ^ 0x55;
}
