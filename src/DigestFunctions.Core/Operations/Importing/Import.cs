using System.Globalization;
using DigestFunctions.Core.Email;
using DigestFunctions.Core.Schedule;
using DigestFunctions.Core.Storage;
using DigestFunctions.Core.Subscribers;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace DigestFunctions.Core.Operations.Importing;

/// <summary>
/// Brings in subscribers from a CSV file. All of the file is read before anything is written; then it is read again,
/// and written a window at a time. Who is known here stays as she is, whatever the file has of her consent, so that it
/// can be run again, after a cut or a year, and adds whom it hasn't.
/// </summary>
/// <remarks>
/// Who comes with evidence of consent is active at once. She gets no welcome mail, and with the next run of her slot
/// her first digest: a file of thousands makes no storm of mail. Who comes without is asked by the same mail as one
/// who signs up.
/// </remarks>
internal sealed partial class Import(
    SubscriberStore subscribers,
    Subscriptions subscriptions,
    KnownPeople known,
    NewPeople people,
    Identities identities,
    WeeklyRule rule,
    Texts texts,
    ImportLimits limits,
    AuditLog audit,
    TimeProvider time,
    ILogger<Import> logger)
{
    /// <param name="file">Can be read anew from its start.</param>
    public async Task<ImportOutcome> RunAsync(
        Stream file, ImportOptions options, Operator by, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        var now = time.Now;
        var rows = new RowReader(identities, texts.Languages, options, now);
        var what = await FileKind.OfAsync(file, cancellation);
        if (what is not FileKind.Text kind)
            return new ImportOutcome.NotTaken(((FileKind.Other)what).Why);
        var (check, fault) = await ImportCheck.RunAsync(file, kind.Encoding, rows, options, progress, cancellation);
        if (check is null)
            return new ImportOutcome.NotTaken(fault);
        if (check.Rows > options.MostRows)
            return new ImportOutcome.TooManyRows(options.MostRows.Value);

        var suppressedUntil = await known.LookAsync(check.Index, progress, cancellation);
        check.Settle();
        if (options.IsDryRun)
        {
            foreach (var outcome in check.Index.Forecast())
                check.Counts.Count(outcome);
            return new ImportOutcome.Done(check.Report(check.Counts, isDryRun: true, check.LastLine));
        }

        return await WriteAsync(file, new Writing(check, rows, options, by, now, suppressedUntil), progress, cancellation);
    }

    private async Task<ImportOutcome> WriteAsync(Stream file, Writing writing, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        var name = "import " + Guid.NewGuid().ToString("n")[..8];
        await audit.AddAsync(writing.By, AuditAction.Imported, name, string.Create(CultureInfo.InvariantCulture, $"begun: {writing.Check.Rows} rows"), cancellation);
        var (counts, done, isAway) = (new ImportCounts(), 0L, false);
        try
        {
            await people.FinishLeftAsync(progress, cancellation);
            await foreach (var line in WriteAllAsync(file, writing, counts, progress, cancellation))
                done = line;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (Exception away) when (StoreFaults.IsAway(away))
        {
            isAway = true;
            StoreAway(name, away);
        }

        var isStopped = isAway || done < writing.Check.LastLine;
        Imported(name, isStopped ? "stopped" : "done", counts.ToString());
        if (!isAway)
            await audit.AddAsync(writing.By, AuditAction.Imported, name, $"{(isStopped ? "stopped" : "done")}: {counts}", CancellationToken.None);
        var report = writing.Check.Report(counts, isDryRun: false, done);
        return isStopped ? new ImportOutcome.Stopped(report, isAway) : new ImportOutcome.Done(report);
    }

    // Yields the line up to which all is written. What is begun isn't cut short by Ctrl-C: a window is a matter of seconds.
    private async IAsyncEnumerable<long> WriteAllAsync(
        Stream file, Writing writing, ImportCounts counts, IProgress<ImportProgress>? progress,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var (opened, fault) = await ImportFile.OpenAsync(file, writing.Check.Encoding, writing.Options, cancellation);
        await using var closing = opened ?? throw new InvalidOperationException("The file has changed while it was imported: " + fault);
        var window = new List<ImportedPerson>(limits.Window);
        var (rows, last) = (0L, 0L);
        await foreach (var line in opened.LinesAsync(writing.Rows, cancellation))
        {
            (rows, last) = (rows + 1, line.Line);
            await TakeAsync(line.Reading, writing, window, counts);
            if (window.Count < limits.Window)
                continue;
            await AddAsync(window, writing, counts);
            yield return last;
            progress?.Report(new ImportProgress(ImportStage.Writing, rows, writing.Check.Rows));
            cancellation.ThrowIfCancellationRequested();
        }

        await AddAsync(window, writing, counts);
        progress?.Report(new ImportProgress(ImportStage.Writing, rows, writing.Check.Rows));
        yield return writing.Check.LastLine;
    }

    private async Task TakeAsync(RowReading reading, Writing writing, List<ImportedPerson> window, ImportCounts counts)
    {
        if (reading is not RowReading.Person(var person))
        {
            counts.Count(reading is RowReading.NotSubscribed ? RowOutcome.NotSubscribed : RowOutcome.Refused);
            return;
        }

        if (writing.Check.Index.Take(person) is not var (outcome, knownAs))
            throw new InvalidOperationException("The file has changed while it was imported.");
        if (outcome is not (RowOutcome.Added or RowOutcome.Asked))
            counts.Count(outcome);
        else if (knownAs == KnownAs.Nobody)
            window.Add(person);
        else
            counts.Count(await ConfirmAsync(person, writing.Now));
    }

    private async Task AddAsync(List<ImportedPerson> window, Writing writing, ImportCounts counts)
    {
        if (window.Count > 0)
            await people.AddAsync([.. window.Select(person => New(person, writing.Now))], writing.SuppressedUntil, counts, CancellationToken.None);
        window.Clear();
    }

    private Subscriber New(ImportedPerson person, Instant importedAt)
    {
        var language = person.Preferences.Language;
        if (person.Consent is null)
            return subscriptions.New(person.Id, person.Address, person.Preferences, new Consent(new ConsentText(language, texts[language, "page.form.consent"]), time.Now, "", GivenAt: null) { ImportedAt = importedAt });
        return subscriptions.New(person.Id, person.Address, person.Preferences, Evidence(person, importedAt)) with
        {
            State = State(person.Preferences, person.PausedUntil),
            ConfirmsAsked = [],
            Owed = null,
        };
    }

    // She is asked already; what she was asked, and chose then, is hers. What the file has of it is how she agreed.
    private async Task<RowOutcome> ConfirmAsync(ImportedPerson person, Instant importedAt)
    {
        var confirmed = await subscriptions.ChangeAsync(of => subscribers.FindAsync(person.Id, of), subscriber => subscriber.State is SubscriberState.Pending { FirstIssue: null }
            ? subscriber with { State = State(subscriber.Preferences, person.PausedUntil), Consent = Evidence(person, importedAt), Owed = null }
            : subscriber, CancellationToken.None);
        await subscriptions.KeepOutAsync(person.Id, CancellationToken.None);
        return confirmed is { State: SubscriberState.Active, Consent.ImportedAt: { } at } && at == importedAt
            ? RowOutcome.Added
            : PersonIndex.OutcomeOf(confirmed is null ? KnownAs.Left : KnownPeople.Of(confirmed.State), hasEvidence: false, asks: false);
    }

    private static Consent Evidence(ImportedPerson person, Instant importedAt) =>
        new(new ConsentText(person.Preferences.Language, person.Consent!.Source), person.Consent.At, "", person.Consent.At) { ImportedAt = importedAt };

    private SubscriberState.Active State(Preferences preferences, LocalDate? pausedUntil)
    {
        var now = time.Now;
        var active = rule.Return(preferences.DigestSlot, IssueId.Of(now, preferences.Zone.Zone), now);
        return pausedUntil is { } until ? rule.Pause(active, until, now) : active;
    }

    private sealed record Writing(ImportCheck Check, RowReader Rows, ImportOptions Options, Operator By, Instant Now, DateTimeOffset? SuppressedUntil);

    [LoggerMessage(310, LogLevel.Information, "The {Import} is {How}: {Counts}.")]
    private partial void Imported(string import, string how, string counts);

    [LoggerMessage(311, LogLevel.Error, "The store was away in the middle of the {Import}.")]
    private partial void StoreAway(string import, Exception failure);
}
