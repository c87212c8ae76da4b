using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Qwen3Tokenizer.Edge.Alerts;

namespace Qwen3Tokenizer.Edge.Tests.Alerts;

/// <summary>The Alerts assembly uses nothing that .NET nanoFramework's core library lacks, read from its own metadata: no generics, no spans, no LINQ.</summary>
public sealed class DeviceSubsetTests
{
    private static readonly HashSet<string> Types =
    [
        "System.Object", "System.String", "System.Byte", "System.UInt16", "System.Int32", "System.Enum", "System.ArgumentException", "System.ArgumentNullException", "System.FlagsAttribute",
    ];

    // What the compiler writes into every assembly; on a device's compiler it is absent or the device's own.
    private static readonly string[] CompilerNamespaces = ["System.Runtime.CompilerServices", "System.Runtime.Versioning", "System.Diagnostics", "System.Reflection"];

    private static readonly HashSet<string> Members = [".ctor", "Concat", "op_Equality", "ToString"];

    [Fact]
    public void It_refers_only_to_types_and_members_of_the_subset()
    {
        using var file = new PEReader(File.OpenRead(typeof(AlertPlayer).Assembly.Location));
        MetadataReader reader = file.GetMetadataReader();
        string[] types = [.. reader.TypeReferences.Select(reader.GetTypeReference).Select(t => $"{reader.GetString(t.Namespace)}.{reader.GetString(t.Name)}")
            .Where(t => !CompilerNamespaces.Any(n => t.StartsWith(n + ".", StringComparison.Ordinal)) && !t.StartsWith(".DebuggingModes", StringComparison.Ordinal))];
        Assert.NotEmpty(types);
        Assert.All(types, t => Assert.Contains(t, Types));
        Assert.All(reader.MemberReferences.Select(reader.GetMemberReference), m => Assert.Contains(reader.GetString(m.Name), Members));
        Assert.Equal(0, reader.GetTableRowCount(TableIndex.GenericParam));
        Assert.Equal(0, reader.GetTableRowCount(TableIndex.TypeSpec));
        Assert.Equal(0, reader.GetTableRowCount(TableIndex.MethodSpec));
        Assert.Equal(["System.Runtime"], reader.AssemblyReferences.Select(a => reader.GetString(reader.GetAssemblyReference(a).Name)));
    }
}
