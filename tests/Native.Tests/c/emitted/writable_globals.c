/*
 * writable_globals.c - one of each kind of global that can be written. The test that finds none in the library must find these, and not the constants.
 */
int initialised = 1;
int zero = 0;
int common;
static int own = 2;
const int constant = 3;
static const int table[2] = {4, 5};

int count(int i);
int count(int i)
{
    static int counter;
    own += i;
    return counter++ + own + table[i & 1];
}
