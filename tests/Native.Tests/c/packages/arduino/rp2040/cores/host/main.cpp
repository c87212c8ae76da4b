#include "Arduino.h"

#include <stdio.h>

StandardOutput Serial;

void StandardOutput::begin(unsigned long) {}
void StandardOutput::println(int value) { printf("%d\r\n", value); }
void StandardOutput::println(const char *text) { printf("%s\r\n", text); }

int main()
{
    setup();
    loop();
    return 0;
}
