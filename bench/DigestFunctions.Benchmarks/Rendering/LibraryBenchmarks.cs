using BenchmarkDotNet.Attributes;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Tips;

namespace DigestFunctions.Benchmarks.Rendering;

/// <summary>All that is read of the content at start: the tips, the questions, the texts.</summary>
public class LibraryBenchmarks
{
    [Benchmark]
    public object Load() => LoadAll();

    internal static (TipLibrary, Questions, Texts) LoadAll() =>
        (TipLibrary.Load(ContentFolder.BesideProgram), Questions.Load(ContentFolder.BesideProgram), Texts.Load(ContentFolder.BesideProgram));
}
