using System.Buffers.Binary;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>What an application must write to its outputs for an alert, after the host's samples and the tone schedule, and what it wrote.</summary>
internal static class ApplicationSounds
{
    /// <summary>The compare register of channel 1 of a timer.</summary>
    public const uint Compare = 0x34;

    private const uint Prescaler = 0x28, Period = 0x2c;
    private const string Loudspeaker = "timer[1]", Buzzer = "timer[14]";

    /// <summary>A level of the buzzer: what its timer was set to when a tone began.</summary>
    public readonly record struct Beep(uint Prescaler, uint Period, uint Counts);

    /// <summary>Half of the pulse width of 10 bits: silence.</summary>
    public const uint Middle = 512;

    /// <summary>The pulse widths of an alert said once.</summary>
    /// <param name="pcm">Samples of all alerts, one after the other.</param>
    /// <param name="alerts">The alerts, in the same order.</param>
    /// <param name="id">Which of them.</param>
    /// <param name="frameSamples">Samples of a frame.</param>
    public static uint[] Widths(byte[] pcm, IReadOnlyList<Alert> alerts, int id, int frameSamples) => [.. Samples(pcm, alerts, id, frameSamples).Select(s => (uint)((s + 32768) / 64))];

    /// <summary>The samples of an alert said once.</summary>
    public static IEnumerable<int> Samples(byte[] pcm, IReadOnlyList<Alert> alerts, int id, int frameSamples)
    {
        int first = alerts.TakeWhile(a => a.Row.Id != id).Sum(a => a.Tokens.Frames) * frameSamples, count = alerts.Single(a => a.Row.Id == id).Tokens.Frames * frameSamples;
        for (int i = first; i < first + count; i++)
            yield return BinaryPrimitives.ReadInt16LittleEndian(pcm.AsSpan(2 * i));
    }

    /// <summary>The pulse widths that an application wrote after the silence of its start.</summary>
    public static uint[] WidthsIn(IEnumerable<RegisterWrite> writes) => [.. writes.Where(w => w.Device == Loudspeaker && w.Offset == Compare).Skip(1).Select(w => w.Value)];

    /// <summary>The beeps of an alert played once, at a clock of the buzzer's timer; frames without sound are left out.</summary>
    public static Beep[] Beeps(ToneTable tones, Alert alert, long timerHz) =>
    [
        .. ToneSchedule.Of(tones, alert.Tokens).Where(p => p.OnUs > 0 && p.FrequencyHz > 0 && p.DutyPermille > 0).Select(p =>
        {
            TimerSetting setting = TimerSetting.Nearest(timerHz, p.FrequencyHz)!.Value;
            return new Beep((uint)setting.Prescaler, (uint)setting.Period, (uint)(((setting.Period * (long)p.DutyPermille) + 500) / 1000));
        }),
    ];

    /// <summary>The beeps that an application made.</summary>
    public static Beep[] BeepsIn(IEnumerable<RegisterWrite> writes)
    {
        List<Beep> beeps = [];
        uint prescaler = 0, period = 0;
        foreach (RegisterWrite write in writes.Where(w => w.Device == Buzzer))
        {
            if (write.Offset == Prescaler)
                prescaler = write.Value + 1;
            else if (write.Offset == Period)
                period = write.Value + 1;
            else if (write.Offset == Compare && write.Value != 0)
                beeps.Add(new Beep(prescaler, period, write.Value));
        }

        return [.. beeps];
    }

    /// <summary>For every beep, how many samples the loudspeaker got before it and until its end.</summary>
    public static (int Begin, int Samples)[] TimesOf(IEnumerable<RegisterWrite> writes)
    {
        List<(int, int)> times = [];
        int samples = -1, began = -1;
        foreach (RegisterWrite write in writes.Where(w => w.Offset == Compare))
        {
            if (write.Device == Loudspeaker)
            {
                samples++;
            }
            else if (write.Device == Buzzer && write.Value != 0)
            {
                began = samples;
            }
            else if (write.Device == Buzzer && began >= 0)
            {
                times.Add((began, samples - began));
                began = -1;
            }
        }

        return [.. times];
    }
}
