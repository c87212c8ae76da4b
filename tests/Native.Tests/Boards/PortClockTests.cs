using System.Globalization;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>
/// The ports' clocks, which no emulator here has: their code on this machine, with memory for registers and a hardware that does or does not start (c/firmware/port_clock.c). What the
/// registers say is computed after the reference manuals: RM0090 and RM0033, 6.3 and 5.3 (f = input / M * N / P), RM0454, 5.4 (f = input / M * N / R).
/// </summary>
public sealed class PortClockTests : IDisposable
{
    private const long Internal = 16_000_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-ports-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(80, 8, 0), InlineData(80, 8, 1), InlineData(72, 8, 0), InlineData(72, 25, 0), InlineData(120, 12, 0), InlineData(168, 8, 0), InlineData(168, 8, 1), InlineData(48, 0, 0), InlineData(95, 26, 0), InlineData(96, 4, 0)]
    [InlineData(80, 8, 2), InlineData(80, 0, 2), InlineData(168, 8, 3)]
    public void An_STM32F4_gets_the_clock_of_its_board_or_says_that_it_has_not(int megahertz, int crystal, int scenario)
    {
        Registers r = Run("stm32f4", megahertz, crystal, scenario, "-DRCC=0x40023800u -DSW_MASK=3u -DSW_BITS=2 -DPLLCFGR_OFFSET=4u -DCSR_OFFSET=0x74u -DFLASH=0x40023c00u -DSERIAL=0x40011000u -DBRR_OFFSET=8u -DTICK=0x4000002cu");
        long clock = megahertz * 1_000_000L;
        bool slow = scenario >= 2;

        Assert.Equal(slow ? 2 : scenario == 1 || crystal == 0 ? 1 : 0, r.Source);
        Assert.Equal(slow ? Internal : clock, r.Core);
        if (slow)
        {
            Assert.Equal(0u, r.Cfgr & 3);
        }
        else
        {
            long input = r.Source == 0 ? crystal * 1_000_000L : Internal, m = r.Pllcfgr & 63, n = (r.Pllcfgr >> 6) & 511, p = 2 * (((r.Pllcfgr >> 16) & 3) + 1), q = (r.Pllcfgr >> 24) & 15;
            Assert.Equal(r.Source == 0 ? 1u : 0u, (r.Pllcfgr >> 22) & 1);
            Assert.Equal(0, input % m);
            Assert.InRange(input / m, 1_000_000, 2_000_000);
            Assert.InRange(input / m * n, 192_000_000, 432_000_000);
            Assert.InRange(input / m * n / q, 1, 48_000_000);
            Assert.Equal(clock, input / m * n / p);
            Assert.Equal(2u, r.Cfgr & 3);
            // The crystal's failure is watched only where it is used.
            Assert.Equal(r.Source == 0, (r.Cr & (1u << 19)) != 0);
        }

        // Wait states at 2.7 to 3.6 V: one for every 30 MHz after the first.
        Assert.InRange((r.Flash & 7) * 30_000_000L, r.Core - 30_000_000, long.MaxValue);
        // APB1 at most 42 MHz, APB2 at most 84; timers run at twice a bus that is divided.
        int apb1 = Divider(r.Cfgr >> 10), apb2 = Divider(r.Cfgr >> 13);
        Assert.InRange(r.Core / apb1, 1, 42_000_000);
        Assert.InRange(r.Core / apb2, 1, 84_000_000);
        Assert.Equal(r.Core / apb1 * (apb1 == 1 ? 1 : 2), r.Buzzer);
        Assert.InRange((double)r.Core / apb2 / r.Baud / 9600, 0.99, 1.01);
        Assert.InRange((double)r.Buzzer / (r.Tick + 1) / 8000, 0.999, 1.001);
        RequireBounded(r);
        Assert.Contains("pin A7 function 9", r.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(48, 0, 0), InlineData(48, 8, 0), InlineData(64, 16, 0), InlineData(64, 8, 1), InlineData(16, 0, 0), InlineData(48, 0, 2), InlineData(48, 8, 2), InlineData(48, 0, 3)]
    public void An_STM32G0_gets_the_clock_of_its_board_or_says_that_it_has_not(int megahertz, int crystal, int scenario)
    {
        Registers r = Run("stm32g0", megahertz, crystal, scenario, "-DRCC=0x40021000u -DSW_MASK=7u -DSW_BITS=3 -DPLLCFGR_OFFSET=0x0cu -DCSR_OFFSET=0x60u -DFLASH=0x40022000u -DSERIAL=0x40013800u -DBRR_OFFSET=0x0cu -DTICK=0xe000e014u");
        long clock = megahertz * 1_000_000L;
        bool slow = scenario >= 2;

        Assert.Equal(slow ? 2 : scenario == 1 || crystal == 0 ? 1 : 0, r.Source);
        Assert.Equal((slow ? Internal : clock, slow ? Internal : clock), (r.Core, r.Buzzer));
        if (!slow)
        {
            long input = r.Source == 0 ? crystal * 1_000_000L : Internal, m = ((r.Pllcfgr >> 4) & 7) + 1, n = (r.Pllcfgr >> 8) & 127, divider = (r.Pllcfgr >> 29) + 1;
            Assert.Equal(r.Source == 0 ? 3u : 2u, r.Pllcfgr & 3);
            Assert.True((r.Pllcfgr & (1u << 28)) != 0);
            Assert.Equal(0, input % m);
            Assert.InRange(input / m, 2_660_000, 16_000_000);
            Assert.InRange(n, 8, 86);
            Assert.InRange(input / m * n, 64_000_000, 344_000_000);
            Assert.Equal(clock, input / m * n / divider);
            Assert.Equal(2u, r.Cfgr & 7);
        }
        else
        {
            Assert.Equal(0u, r.Cfgr & 7);
        }

        Assert.Equal(2u, r.Flash & 7);
        Assert.InRange((double)r.Core / r.Baud / 9600, 0.99, 1.01);
        Assert.InRange((double)r.Core / (r.Tick + 1) / 8000, 0.999, 1.001);
        RequireBounded(r);
        Assert.Contains("pin A7 function 4", r.Output, StringComparison.Ordinal);
    }

    // A read of a register with its loop takes about ten cycles of 16 MHz: less than a tenth of a second whatever happens. The flag of the watchdog was set, and is told.
    private static void RequireBounded(Registers r)
    {
        Assert.InRange(r.Waits, 1, Internal / 10 / 10);
        Assert.Equal(1u, r.WatchdogBit);
    }

    private static int Divider(uint field) => (field & 4) == 0 ? 1 : 2 << (int)(field & 3);

    private Registers Run(string port, int megahertz, int crystal, int scenario, string where)
    {
        string program = Path.Combine(_folder, port), firmware = Tools.RepositoryPath("native/firmware");
        File.WriteAllText(Path.Combine(_folder, "board.h"), string.Create(CultureInfo.InvariantCulture, $"#define BOARD_CLOCK_HZ {megahertz}000000u\n#define BOARD_CRYSTAL_HZ {crystal}000000u\n#define BOARD_BAUD 9600u\n#define BOARD_AUDIO_DAC 0\n"));
        Tools.Run("gcc", ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-I" + _folder, "-I" + firmware, "-I" + Path.Combine(firmware, "stm32"), .. where.Split(' '), Path.Combine(firmware, "stm32", port + ".c"), Tools.CFile("firmware/port_clock.c"), "-o", program], _folder);
        string output = Tools.Run(program, [scenario.ToString(CultureInfo.InvariantCulture)], _folder);
        uint Number(string name) => uint.Parse(Regex.Match(output, $@"\b{name} (\d+)").Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        uint Hex(string name) => uint.Parse(Regex.Match(output, $@"\b{name} ([0-9a-f]{{8}})").Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new Registers(output, (int)Number("source"), Number("core"), Number("buzzer"), Hex("cr"), Hex("cfgr"), Hex("pllcfgr"), Hex("flash"), Number("divider"), Number("tick"), Number("waits"), Number("bit"));
    }

    private sealed record Registers(string Output, int Source, long Core, long Buzzer, uint Cr, uint Cfgr, uint Pllcfgr, uint Flash, uint Baud, uint Tick, long Waits, uint WatchdogBit);
}
