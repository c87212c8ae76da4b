namespace Microsoft.ML.OnnxRuntime;

/// <summary>Values that are disposed together.</summary>
/// <typeparam name="T">The values' type.</typeparam>
public interface IDisposableReadOnlyCollection<T> : IReadOnlyCollection<T>, IReadOnlyList<T>, IDisposable
{
}

/// <summary>The collection that runs return.</summary>
internal sealed class DisposableList<T>(int capacity) : List<T>(capacity), IDisposableReadOnlyCollection<T>
    where T : IDisposable
{
    public void Dispose()
    {
        foreach (T value in this)
            value.Dispose();
    }
}
