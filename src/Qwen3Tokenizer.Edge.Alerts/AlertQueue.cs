namespace Qwen3Tokenizer.Edge.Alerts;

/// <summary>Alerts that wait: most urgent first, older first among equals. A fixed number of places, no allocation after it was made.</summary>
internal sealed class AlertQueue
{
    public const int Places = 8;

    private readonly Alert[] _alerts = new Alert[Places];
    private readonly int[] _repeatsLeft = new int[Places];

    public int Count { get; private set; }

    public Alert First
    {
        get { return _alerts[0]; }
    }

    public int FirstRepeatsLeft
    {
        get { return _repeatsLeft[0]; }
    }

    public bool Contains(Alert alert)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_alerts[i] == alert)
                return true;
        }

        return false;
    }

    /// <summary>Where an alert would wait: behind all that are at least as urgent or, when it was interrupted, behind the more urgent only.</summary>
    public int PlaceOf(Alert alert, bool interrupted)
    {
        int at = 0;
        while (at < Count && (_alerts[at].Priority > alert.Priority || (!interrupted && _alerts[at].Priority == alert.Priority)))
            at++;
        return at;
    }

    public void Insert(int at, Alert alert, int repeatsLeft)
    {
        for (int i = Count; i > at; i--)
        {
            _alerts[i] = _alerts[i - 1];
            _repeatsLeft[i] = _repeatsLeft[i - 1];
        }

        _alerts[at] = alert;
        _repeatsLeft[at] = repeatsLeft;
        Count++;
    }

    public void RemoveFirst()
    {
        Count--;
        for (int i = 0; i < Count; i++)
        {
            _alerts[i] = _alerts[i + 1];
            _repeatsLeft[i] = _repeatsLeft[i + 1];
        }
    }

    public void RemoveLast()
    {
        Count--;
    }

    public void Clear()
    {
        Count = 0;
    }
}
