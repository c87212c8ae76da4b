using Qwen3Tokenizer.Edge.Compiler.Counting;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class CycleModelTests
{
    // What arm-none-eabi-objdump -d -l --no-show-raw-insn prints.
    private const string Listing = """

        a program:     file format elf32-littlearm


        Disassembly of section .text:

        08000100 <f>:
        f():
        /some where/a b.c:12
         8000100:	ldr	r0, [r1, #0]
         8000102:	ldr.w	r2, [r3, #4]
         8000106:	subs	r4, #1
        /some where/a b.c:14 (discriminator 3)
         8000108:	bne.n	8000100 <f>
         800010a:	pop	{r4, pc}

        0800010c <g>:
        g():
         800010c:	sdiv	r0, r0, r1
         8000110:	bx	lr
        """;

    private static readonly Dictionary<ulong, long> Loop = new() { [0x8000100] = 10, [0x8000102] = 10, [0x8000106] = 10, [0x8000108] = 10, [0x800010a] = 1, [0x800010c] = 2, [0x8000110] = 2 };

    [Fact]
    public void Instructions_are_read_with_their_function_and_their_line()
    {
        List<Instruction> program = Disassembly.Parse(Listing);

        Assert.Equal(
            [
                new Instruction(0x8000100, "ldr", "r0, [r1, #0]", "f", "a b.c", 12), new Instruction(0x8000102, "ldr", "r2, [r3, #4]", "f", "a b.c", 12), new Instruction(0x8000106, "subs", "r4, #1", "f", "a b.c", 12),
                new Instruction(0x8000108, "bne", "8000100 <f>", "f", "a b.c", 14), new Instruction(0x800010a, "pop", "{r4, pc}", "f", "a b.c", 14),
                new Instruction(0x800010c, "sdiv", "r0, r0, r1", "g", "", 0), new Instruction(0x8000110, "bx", "lr", "g", "", 0),
            ],
            program);
    }

    [Fact]
    public void Cycles_are_those_of_the_processors_table()
    {
        List<CycleModel.Cost> costs = CycleModel.Of(Disassembly.Parse(Listing), Loop);

        // f: a load 2, the load behind it 1, a subtraction 1, a branch taken nine times of ten 1 + 2 * 0.9, and once two registers popped, one of them the program counter: 1 + 2 + 3.
        // g: a division 7 and a branch 3, twice.
        Assert.Equal([("f", 41L, 74.0), ("g", 4L, 20.0)], costs.Select(c => (c.Function, c.Instructions, Math.Round(c.Cycles, 9))));
    }

    [Fact]
    public void A_Cortex_M3_takes_longer_for_multiplications_that_add_or_are_long()
    {
        List<Instruction> program = Disassembly.Parse("""
            08000100 <f>:
             8000100:	mul.w	r0, r1, r2
             8000104:	mla	r0, r1, r2, r3
             8000108:	mls	r0, r1, r2, r3
             800010c:	umull	r0, r1, r2, r3
             8000110:	smull	r0, r1, r2, r3
             8000114:	smlal	r0, r1, r2, r3
             8000118:	umlal	r0, r1, r2, r3
            """);
        Dictionary<ulong, long> once = program.ToDictionary(i => i.Address, _ => 1L);

        // Arm's table for the Cortex-M3: 1, 2, 2, 3 to 5 twice, 4 to 7 twice; for the Cortex-M4: 1 each.
        Assert.Equal([("f", 7L, 25.0)], CycleModel.Of(program, once, cortexM3: true).Select(c => (c.Function, c.Instructions, c.Cycles)));
        Assert.Equal([("f", 7L, 7.0)], CycleModel.Of(program, once).Select(c => (c.Function, c.Instructions, c.Cycles)));
    }

    [Fact]
    public void What_did_not_run_costs_nothing() => Assert.Empty(CycleModel.Of(Disassembly.Parse(Listing), new Dictionary<ulong, long>()));
}
