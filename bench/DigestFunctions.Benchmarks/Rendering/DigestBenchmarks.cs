using System.Net;
using BenchmarkDotNet.Attributes;
using DigestFunctions.Benchmarks.Scene;
using DigestFunctions.Core;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Core.Tips;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DigestFunctions.Benchmarks.Rendering;

/// <summary>One variant of a digest at a time, both parts: each tip in each language, one after the other.</summary>
public class DigestBenchmarks
{
    private static readonly IssueId Issue = IssueId.Of(Crowd.Due.InUtc().Date);

    private readonly List<(Language Language, TipId Tip)> variants = [];
    private readonly List<PreparedDigest> prepared = [];
    private MailRenderer renderer = null!;
    private PlainDigest plain = null!;
    private int turn;

    internal int Variants => variants.Count;

    [GlobalSetup]
    public void Prepare()
    {
        // Nobody is called.
        var settings = Settings.Of("UseDevelopmentStorage=true", new Uri("http://127.0.0.1:1"), workers: 1);
        var service = new ServiceCollection()
            .AddEmpathyDigest(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        var tips = service.GetRequiredService<TipLibrary>();
        renderer = service.GetRequiredService<MailRenderer>();
        plain = ActivatorUtilities.CreateInstance<PlainDigest>(service);
        foreach (var (language, tip) in tips.Languages.SelectMany(_ => tips.All, (language, tip) => (language, tip.Id)))
        {
            variants.Add((language, tip));
            prepared.Add(plain.Prepare(language, tip, Issue));
            if (Words(RenderByService(variants.Count - 1)) != Words(RenderPlainly(variants.Count - 1)))
                throw new InvalidOperationException($"Of '{tip}' in '{language}' the two don't say the same.");
        }
    }

    [Benchmark]
    public object Service() => RenderByService(Next());

    [Benchmark]
    public object Plain() => RenderPlainly(Next());

    /// <summary>Of the variant that needs the most.</summary>
    internal long MostBytes() => Enumerable.Range(0, variants.Count).Max(variant =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        RenderByService(variant);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });

    private RenderedMail RenderByService(int variant) => renderer.Digest(variants[variant].Language, variants[variant].Tip, Issue);

    private RenderedMail RenderPlainly(int variant) => plain.Render(prepared[variant]);

    private int Next() => turn = (turn + 1) % variants.Count;

    // The plain one encodes nothing, and a part's last expression may take the space after it.
    private static string Words(RenderedMail mail) =>
        string.Concat(WebUtility.HtmlDecode(mail.ToString()).Where(character => !char.IsWhiteSpace(character)));
}
