using System;

namespace Qwen3Tokenizer.Edge.Alerts;

/// <summary>What became of a call. The values are those of the C player (<c>q3e_player_status</c>).</summary>
public enum PlayerStatus
{
    /// <summary>It was done.</summary>
    Ok = 0,

    /// <summary>The table has no such alert.</summary>
    Unknown = 4,

    /// <summary>The queue is full of alerts that are at least as urgent.</summary>
    Full = 5,

    /// <summary>The alert asks for an output that this player lacks.</summary>
    NoOutput = 6,

    /// <summary>A code is not below the codebook size; the alert was ended.</summary>
    Code = 7,

    /// <summary>The decoder refused; the alert was ended.</summary>
    Speech = 8,
}

/// <summary>
/// Plays alerts by their priorities, a frame of 80 ms at a time: the same rules, step by step, as the C player (<c>native/player/q3e_player.h</c>). Pulse i of an alert whose first pulse
/// came at t0 starts at t0 + 80,000 i microseconds of virtual time. Allocates nothing after it was made. For one thread at a time.
/// </summary>
public sealed class AlertPlayer
{
    /// <summary>Length of a frame, microseconds.</summary>
    public const int FrameUs = 1000 * AlertTable.FrameMs;

    /// <summary>Alerts that can wait while one plays.</summary>
    public const int QueuePlaces = AlertQueue.Places;

    private readonly AlertTable _table;
    private readonly IBuzzer? _buzzer;
    private readonly ISpeaker? _speaker;
    private readonly AlertQueue _queue = new AlertQueue();
    private readonly ushort[] _codes = new ushort[AlertTable.MaxLayers];
    private Alert? _current;
    private int _repeatsLeft;
    private int _frame;
    private bool _spoke;
    private bool _fadeDue;

    /// <summary>Makes a player whose virtual time begins at 0.</summary>
    /// <param name="table">The alerts.</param>
    /// <param name="buzzer">Null for none; needs a table with tones.</param>
    /// <param name="speaker">Null for none.</param>
    /// <exception cref="ArgumentException">There is nothing to play on.</exception>
    public AlertPlayer(AlertTable table, IBuzzer? buzzer, ISpeaker? speaker)
    {
        if (table == null)
            throw new ArgumentNullException(nameof(table));
        _table = table;
        _buzzer = table.Tones == null ? null : buzzer;
        _speaker = speaker;
        if (_buzzer == null && _speaker == null)
            throw new ArgumentException("A player needs a buzzer with a table that has tones, or a speaker.");
    }

    /// <summary>Virtual time of the next frame, microseconds.</summary>
    public long NowUs { get; private set; }

    /// <summary>The alert that plays, its gaps included; null when none does.</summary>
    public Alert? Current
    {
        get { return _current; }
    }

    /// <summary>Alerts that wait.</summary>
    public int Waiting
    {
        get { return _queue.Count; }
    }

    /// <summary>Posts of alerts that were playing or waiting already.</summary>
    public int Coalesced { get; private set; }

    /// <summary>Alerts that were refused or pushed out because the queue was full.</summary>
    public int Dropped { get; private set; }

    /// <summary>Whether an alert plays or waits.</summary>
    public bool Busy
    {
        get { return _current != null || _queue.Count > 0; }
    }

    /// <summary>
    /// Puts an alert into the queue. Those of higher priority come first, among equals the older. An alert that plays or waits already is not queued again: that is a success. When the
    /// queue is full, the last of its least urgent alerts gives way to a more urgent one.
    /// </summary>
    /// <param name="id">The alert's id.</param>
    public PlayerStatus Post(int id)
    {
        Alert? alert = _table.Find(id);
        if (alert == null)
            return PlayerStatus.Unknown;
        if (!(Has(alert, AlertOutputs.Tone) && _buzzer != null) && !(Has(alert, AlertOutputs.Speech) && _speaker != null))
            return PlayerStatus.NoOutput;
        if (_current == alert || _queue.Contains(alert))
        {
            Coalesced++;
            return PlayerStatus.Ok;
        }

        int at = _queue.PlaceOf(alert, interrupted: false);
        if (_queue.Count == QueuePlaces)
        {
            Dropped++;
            if (at == QueuePlaces)
                return PlayerStatus.Full;
            _queue.RemoveLast();
        }

        _queue.Insert(at, alert, alert.Repeats);
        return PlayerStatus.Ok;
    }

    /// <summary>
    /// Plays one frame (80 ms); without an alert, time passes in silence. Here, at a frame's beginning, an alert of higher priority takes over; the one that it interrupts waits before
    /// others of its priority and begins that repetition again.
    /// </summary>
    /// <returns><see cref="PlayerStatus.Code"/> or <see cref="PlayerStatus.Speech"/> when the alert had to be ended.</returns>
    public PlayerStatus Step()
    {
        PlayerStatus status = PlayFrame();
        if (status != PlayerStatus.Ok)
            Stop();
        Fade();
        NextFrame();
        return status;
    }

    /// <summary>Ends the alert that plays, and its repetitions, at once: the buzzer gets a silent pulse, its speech fades with the next step. The next alert begins with the next frame.</summary>
    public void Stop()
    {
        Alert? alert = _current;
        _current = null;
        Cut();
        if (alert != null && _buzzer != null && Has(alert, AlertOutputs.Tone))
            _buzzer.Pulse(NowUs, alert.Id, -1, 0, 0, 0, 0);
    }

    /// <summary>The same, and empties the queue.</summary>
    public void StopAll()
    {
        Stop();
        _queue.Clear();
    }

    private static bool Has(Alert alert, AlertOutputs output)
    {
        return (alert.Outputs & output) != 0;
    }

    private PlayerStatus PlayFrame()
    {
        Choose();
        Alert? alert = _current;
        if (alert == null || _frame >= alert.Frames)
            return PlayerStatus.Ok;
        if (!_table.Unpack(alert, _frame, _codes))
            return PlayerStatus.Code;
        if (_buzzer != null && Has(alert, AlertOutputs.Tone))
            Beep(_buzzer, _table.Tones!, alert, _codes[0]);
        // A callback may have stopped it.
        if (_speaker == null || _current == null || !Has(alert, AlertOutputs.Speech))
            return PlayerStatus.Ok;
        if (_frame == 0)
            _speaker.Begin();
        Fade();
        if (!_speaker.Play(_codes, alert.Layers))
            return PlayerStatus.Speech;
        _spoke = true;
        return PlayerStatus.Ok;
    }

    /// <summary>The speech under way goes no further.</summary>
    private void Cut()
    {
        _fadeDue = _fadeDue || _spoke;
        _spoke = false;
    }

    private void Fade()
    {
        if (_fadeDue && _speaker != null)
            _speaker.Fade();
        _fadeDue = false;
    }

    /// <summary>Lets the most urgent alert in. Taking it out made room for the one that it interrupts.</summary>
    private void Choose()
    {
        if (_queue.Count == 0 || (_current != null && _queue.First.Priority <= _current.Priority))
            return;
        Alert? interrupted = _current;
        int repeatsLeft = _repeatsLeft;
        _current = _queue.First;
        _repeatsLeft = _queue.FirstRepeatsLeft;
        _frame = 0;
        _queue.RemoveFirst();
        if (interrupted == null)
            return;
        Cut();
        _queue.Insert(_queue.PlaceOf(interrupted, interrupted: true), interrupted, repeatsLeft);
    }

    private void Beep(IBuzzer buzzer, ToneArrays tones, Alert alert, int code)
    {
        int onMs = tones.OnMs(code);
        buzzer.Pulse(
            NowUs, alert.Id, code, onMs == 0 ? 0 : tones.FrequencyHz(code), onMs == 0 ? 0 : tones.DutyPermille(code), 1000 * onMs, 1000 * (AlertTable.FrameMs - onMs));
    }

    private void NextFrame()
    {
        NowUs += FrameUs;
        Alert? alert = _current;
        if (alert == null)
            return;
        _frame++;
        if (_frame == alert.Frames)
        {
            _spoke = false;
            _repeatsLeft--;
            if (_repeatsLeft == 0)
                _current = null;
        }

        if (_frame >= alert.Frames + alert.GapFrames)
            _frame = 0;
    }
}
