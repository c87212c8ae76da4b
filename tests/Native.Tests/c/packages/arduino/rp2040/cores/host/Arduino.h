/* Arduino.h of the test core: as much of the interface as the sketch uses, on standard output. */
#ifndef ARDUINO_H
#define ARDUINO_H

#include <stdint.h>

class StandardOutput {
public:
    void begin(unsigned long baud);
    void println(int value);
    void println(const char *text);
};

extern StandardOutput Serial;

void setup();
void loop();

#endif
