using System.Text;
using DigestFunctions.Core.Operations;
using DigestFunctions.Core.Operations.Importing;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Subscribers;
using DigestFunctions.Tests.Delivery;
using Xunit;

namespace DigestFunctions.Tests.Operations.Importing;

/// <summary>What the tests of the import write, and look at.</summary>
internal static class Importer
{
    public const string Columns = "email,name,language,timezone,weekday,time,focus,energy,consent,consent_source";
    public const string Evidence = "2025-05-17T10:00:00Z,Sign-up sheet at the spring fair";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string Row(string email, string name = "Mina", string evidence = Evidence) =>
        $"{email},{name},en,Europe/Paris,Tue,08:30,,,{evidence}";

    public static string File(params IEnumerable<string> rows) => string.Join('\n', rows.Prepend(Columns)) + "\n";

    public static Task<ImportOutcome> TryImportAsync(
        this Sending sending, byte[] file, bool dryRun = false, bool ask = false, string? zone = null, CancellationToken? cancellation = null, IProgress<ImportProgress>? progress = null) =>
        sending.Get<Import>().RunAsync(
            new MemoryStream(file),
            new ImportOptions(dryRun, ask, TimeZoneId.TryParse(zone, out var named) ? named : null),
            Operator.Unnamed, progress, cancellation ?? Cancellation);

    public static Task<ImportOutcome> TryImportAsync(this Sending sending, string file, bool dryRun = false, bool ask = false, string? zone = null) =>
        sending.TryImportAsync(Encoding.UTF8.GetBytes(file), dryRun, ask, zone);

    public static async Task<ImportReport> ImportAsync(this Sending sending, string file, bool dryRun = false, bool ask = false, string? zone = null) =>
        Assert.IsType<ImportOutcome.Done>(await sending.TryImportAsync(file, dryRun, ask, zone)).Report;

    public static async Task<string> RefusalAsync(this Sending sending, string file, bool ask = false) =>
        Assert.IsType<ImportOutcome.NotTaken>(await sending.TryImportAsync(file, ask: ask)).Why;

    public static SubscriberId IdOf(this Sending sending, string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        return sending.Get<Identities>().Of(address);
    }

    public static Task<Subscriber?> FindAsync(this Sending sending, string email) =>
        sending.Get<SubscriberStore>().FindAsync(sending.IdOf(email), Cancellation);

    public static Task<List<Subscriber>> EverybodyAsync(this Sending sending) =>
        sending.Get<SubscriberStore>().AllAsync(Cancellation).Select(found => found.Subscriber!).ToListAsync(Cancellation).AsTask();

    /// <summary>The counts that aren't zero, as "Added 2, Refused 1".</summary>
    public static string Told(this ImportReport report) => string.Join(", ", Enum.GetValues<RowOutcome>()
        .Where(outcome => report.Counts[outcome] > 0).Select(outcome => $"{outcome} {report.Counts[outcome]}"));

    public static IEnumerable<string> Lines(this ImportReport report) => report.Problems.Select(problem => $"{problem.Line}: {problem.Why}");
}
