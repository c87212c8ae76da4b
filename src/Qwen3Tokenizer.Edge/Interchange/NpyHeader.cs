using System.Buffers.Binary;
using System.Text;

namespace Qwen3Tokenizer.Edge.Interchange;

/// <summary>
/// The header of a .npy file: a Python dictionary literal of exactly <c>descr</c>, <c>fortran_order</c> and <c>shape</c>, read by
/// a scanner that knows nothing else of Python.
/// </summary>
internal readonly record struct NpyHeader(string Type, long Rows, long Columns)
{
    /// <summary>Longest header that is read; NumPy writes 118 bytes for any matrix.</summary>
    public const int MaxBytes = 4096;

    public int ElementBytes => Type switch { "<i8" => 8, "<i4" => 4, _ => 2 };

    /// <summary>One element as a whole number.</summary>
    public long Element(ReadOnlySpan<byte> bytes) => Type switch
    {
        "<i8" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        "<i4" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "<u2" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt16LittleEndian(bytes),
    };

    public static NpyHeader Parse(ReadOnlySpan<byte> text, string name)
    {
        var scanner = new Scanner(text, name);
        string? type = null;
        bool? fortran = null;
        long[]? shape = null;
        scanner.Expect('{');
        while (!scanner.Accept('}'))
        {
            string key = scanner.Text();
            scanner.Expect(':');
            switch (key)
            {
                case "descr" when type is null:
                    type = scanner.Text();
                    break;
                case "fortran_order" when fortran is null:
                    fortran = scanner.Truth();
                    break;
                case "shape" when shape is null:
                    shape = scanner.Shape();
                    break;
                default:
                    throw new TokenFormatException($"{name}: header: \"{key}\" is unknown or occurs twice.");
            }
            if (!scanner.Accept(','))
            {
                scanner.Expect('}');
                break;
            }
        }
        scanner.ExpectEnd();
        if (type is null || fortran is null || shape is null)
            throw new TokenFormatException($"{name}: header: {(type is null ? "descr" : fortran is null ? "fortran_order" : "shape")} is missing.");
        if (type is not ("<i8" or "<i4" or "<u2" or "<i2"))
            throw new TokenFormatException($"{name}: descr: \"{type}\" cannot be read, only little-endian int64 (<i8), int32 (<i4), uint16 (<u2) and int16 (<i2).");
        if (fortran.Value)
            throw new TokenFormatException($"{name}: fortran_order: True cannot be read, only C order (numpy.ascontiguousarray makes it).");
        if (shape.Length != 2)
            throw new TokenFormatException($"{name}: shape: has {shape.Length} dimensions, not the 2 of layers and frames.");
        return new NpyHeader(type, shape[0], shape[1]);
    }

    /// <summary>Goes through the header's characters; every refusal names the place.</summary>
    private ref struct Scanner(ReadOnlySpan<byte> text, string name)
    {
        private const int MaxDimensions = 32;

        private readonly ReadOnlySpan<byte> _text = text;
        private int _at;

        public bool Accept(char c)
        {
            SkipSpaces();
            if (_at == _text.Length || _text[_at] != c)
                return false;
            _at++;
            return true;
        }

        public void Expect(char c)
        {
            if (!Accept(c))
                throw Error($"'{c}' is missing");
        }

        public void ExpectEnd()
        {
            SkipSpaces();
            if (_at < _text.Length)
                throw Error("there is something after its dictionary");
        }

        /// <summary>A text in single or double quotes, of printable characters and without escapes.</summary>
        public string Text()
        {
            char quote = Accept('\'') ? '\'' : Accept('"') ? '"' : throw Error("a text is missing");
            int start = _at;
            while (_at < _text.Length && _text[_at] != quote)
            {
                if (_text[_at] is < 0x20 or > 0x7E or (byte)'\\' || _at - start == 40)
                    throw Error("a text is longer than 40 characters or has others than plain ones");
                _at++;
            }
            string result = Encoding.ASCII.GetString(_text[start.._at]);
            Expect(quote);
            return result;
        }

        public bool Truth()
        {
            SkipSpaces();
            foreach ((string word, bool value) in new[] { ("True", true), ("False", false) })
            {
                if (Ascii.Equals(_text[_at..Math.Min(_text.Length, _at + word.Length)], word))
                {
                    _at += word.Length;
                    return value;
                }
            }
            throw Error("True or False is missing");
        }

        public long[] Shape()
        {
            var dimensions = new List<long>();
            Expect('(');
            while (!Accept(')'))
            {
                if (dimensions.Count == MaxDimensions)
                    throw Error($"the shape has more than {MaxDimensions} dimensions");
                dimensions.Add(Number());
                if (!Accept(','))
                {
                    Expect(')');
                    break;
                }
            }
            return [.. dimensions];
        }

        private long Number()
        {
            SkipSpaces();
            int start = _at;
            long value = 0;
            while (_at < _text.Length && _text[_at] is >= (byte)'0' and <= (byte)'9')
            {
                // 15 digits stay far below 2^63, and products are checked against the array limit before use.
                if (_at - start == 15)
                    throw Error("a dimension has more than 15 digits");
                value = (10 * value) + (_text[_at++] - '0');
            }
            return _at > start ? value : throw Error("a dimension is missing");
        }

        private void SkipSpaces()
        {
            while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\n' or (byte)'\t')
                _at++;
        }

        private readonly TokenFormatException Error(string what) => new($"{name}: header: {what} at byte {_at}.");
    }
}
