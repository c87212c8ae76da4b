using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>
/// Reads many inputs and checks what every reader promises: no exception but the documented one, an end within a second, and
/// memory within a multiple of the input. The same seed makes the same inputs.
/// </summary>
public static class FuzzRun
{
    /// <summary>Least share of the inputs that must get past the header: a fuzzer that never does tests only the header.</summary>
    public const double LeastPastHeader = 0.3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(20);

    /// <summary>Runs a target.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="seed">Start of the random numbers.</param>
    /// <param name="folder">Where an input that broke a promise is written.</param>
    public static FuzzReport Run(FuzzTarget target, int inputs, int seed, string folder)
    {
        var state = new State(target, folder);
        var thread = new Thread(() => state.ReadAll(inputs, seed)) { IsBackground = true, Name = target.Name };
        thread.Start();
        // A reader that never comes back cannot be stopped, only reported; its thread ends with the process.
        while (!thread.Join(TimeSpan.FromMilliseconds(200)))
        {
            if (state.Current is { } current && Stopwatch.GetElapsedTime(current.Started) > HangLimit)
            {
                state.Fail(current.Input, $"did not end within {HangLimit.TotalSeconds:F0} s");
                break;
            }
        }
        return state.Report();
    }

    private sealed record Running(byte[] Input, long Started);

    private sealed class State(FuzzTarget target, string folder)
    {
        private readonly List<string> _failures = [];
        private readonly Lock _lock = new();
        private volatile Running? _current;
        private int _inputs;
        private int _pastHeader;
        private int _accepted;
        private double _slowest;
        private long _mostAllocated;
        private double _mostPerByte;

        public Running? Current => _current;

        public void ReadAll(int inputs, int seed)
        {
            var random = new Random(seed);
            // Code that is compiled at its first call, and pools that fill, are not the reader's memory or time.
            for (int i = 0; i < 20; i++)
            {
                if (!Read(target.Make(random, i), counted: false))
                    return;
            }
            for (int i = 0; i < inputs; i++)
            {
                if (!Read(target.Make(random, i), counted: true))
                    return;
            }
            if (_pastHeader < LeastPastHeader * _inputs)
                _failures.Add($"{target.Name}: only {_pastHeader} of {_inputs} inputs got past the header, {LeastPastHeader:P0} are wanted.");
        }

        public void Fail(byte[] input, string what)
        {
            lock (_lock)
            {
                Directory.CreateDirectory(folder);
                string path = Path.Combine(folder, $"{target.Name}-{_inputs}.bin");
                File.WriteAllBytes(path, input);
                _failures.Add($"{target.Name}: input {_inputs} ({input.Length} bytes, {path}): {what}.");
            }
        }

        public FuzzReport Report()
        {
            lock (_lock)
            {
                return new FuzzReport(target.Name, _inputs, _pastHeader, _accepted, _slowest, _mostAllocated, _mostPerByte,
                    target.BytesPerInputByte, target.FixedBytes, [.. _failures]);
            }
        }

        private bool Read(byte[] input, bool counted)
        {
            long started = Stopwatch.GetTimestamp();
            _current = new Running(input, started);
            long before = GC.GetAllocatedBytesForCurrentThread();
            ReadOutcome outcome;
            try
            {
                outcome = target.Read(input);
            }
            catch (Exception e)
            {
                Fail(input, $"threw {e.GetType().Name}: {e.Message}");
                return false;
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            TimeSpan time = Stopwatch.GetElapsedTime(started);
            _current = null;
            return (!counted || Count(input, outcome, allocated, time)) && (outcome != ReadOutcome.Accepted || IsConsistent(input));
        }

        private bool IsConsistent(byte[] input)
        {
            try
            {
                target.CheckAccepted();
                return true;
            }
            catch (Exception e)
            {
                Fail(input, $"was accepted, but then: {e.GetType().Name}: {e.Message}");
                return false;
            }
        }

        private bool Count(byte[] input, ReadOutcome outcome, long allocated, TimeSpan time)
        {
            _inputs++;
            _pastHeader += outcome == ReadOutcome.RefusedInHeader ? 0 : 1;
            _accepted += outcome == ReadOutcome.Accepted ? 1 : 0;
            _slowest = Math.Max(_slowest, time.TotalMilliseconds);
            _mostAllocated = Math.Max(_mostAllocated, allocated);
            _mostPerByte = Math.Max(_mostPerByte, (double)(allocated - target.FixedBytes) / Math.Max(1, input.Length));
            if (allocated > target.FixedBytes + ((long)target.BytesPerInputByte * input.Length))
            {
                Fail(input, $"made the reader allocate {allocated} bytes, more than {target.BytesPerInputByte} a byte and {target.FixedBytes}");
                return false;
            }
            if (time > Limit && IsSlow(input))
            {
                Fail(input, $"took {time.TotalMilliseconds:F0} ms");
                return false;
            }
            return true;
        }

        /// <summary>Another program may have had the processor: only an input that is slow three times is slow.</summary>
        private bool IsSlow(byte[] input)
        {
            for (int i = 0; i < 2; i++)
            {
                long started = Stopwatch.GetTimestamp();
                target.Read(input);
                if (Stopwatch.GetElapsedTime(started) <= Limit)
                    return false;
            }
            return true;
        }
    }
}
