namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>A session's inputs or outputs: their names, as text and in memory that does not move, and what they are.</summary>
internal sealed unsafe class ModelNodes
{
    private readonly Dictionary<string, NodeMetadata> _metadata = [];
    private readonly Dictionary<string, byte[]> _utf8 = [];

    public ModelNodes(
        nint session, delegate* unmanaged<nint, nuint*, nint> count, delegate* unmanaged<nint, nuint, nint, byte**, nint> name, delegate* unmanaged<nint, nuint, nint*, nint> typeInfo)
    {
        OrtApi api = OrtApi.Instance;
        nuint nodes;
        api.Check(count(session, &nodes));
        var names = new string[(int)nodes];
        for (nuint i = 0; i < nodes; i++)
        {
            byte* text;
            nint info;
            api.Check(name(session, i, api.DefaultAllocator(), &text));
            names[i] = NativeText.Take(text);
            api.Check(typeInfo(session, i, &info));
            try
            {
                _metadata[names[i]] = new NodeMetadata(info);
            }
            finally
            {
                api.ReleaseTypeInfo(info);
            }

            byte[] utf8 = NativeText.Utf8(names[i]);
            byte[] pinned = GC.AllocateUninitializedArray<byte>(utf8.Length, pinned: true);
            utf8.CopyTo(pinned, 0);
            _utf8[names[i]] = pinned;
        }

        Names = names;
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyDictionary<string, NodeMetadata> Metadata => _metadata;

    /// <summary>Names as the library takes them; they stay valid as long as this object lives.</summary>
    /// <exception cref="OnnxRuntimeException">A name is not among these.</exception>
    public nint[] Pointers(IReadOnlyCollection<string> names, string kind)
    {
        var pointers = new nint[names.Count];
        int i = 0;
        foreach (string name in names)
        {
            if (!_utf8.TryGetValue(name, out byte[]? utf8))
                throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"The model has no {kind} '{name}': it has {string.Join(", ", Names)}.");
            fixed (byte* pinned = utf8)
                pointers[i++] = (nint)pinned;
        }

        return pointers;
    }
}
