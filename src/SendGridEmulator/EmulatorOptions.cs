using System.Net;

namespace SendGridEmulator;

/// <summary>How one emulator behaves. The defaults are what a developer's machine wants.</summary>
internal sealed record EmulatorOptions
{
    /// <summary>0 takes any free port; <see cref="EmulatorHost.AddressOf"/> tells which.</summary>
    public int Port { get; init; }

    public IPAddress BindTo { get; init; } = IPAddress.Loopback;

    /// <summary>Where accepted mail, cancellations and suppressions outlive the process. Null keeps them in memory.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Scheduled mail is delivered when it comes; it still shows what it was scheduled for.</summary>
    public bool DeliverAtOnce { get; init; }

    /// <summary>Counts mail and keeps none of it: no inbox, no events. For benchmarks.</summary>
    public bool CountOnly { get; init; }

    /// <summary>Null accepts any key that isn't empty.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Where events are posted. Null: nowhere, until <c>POST /emulator/webhook</c> says where.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>Base64 PKCS#8, P-256. Null: the data folder's key, made at the first start.</summary>
    public string? WebhookPrivateKey { get; init; }

    /// <summary>How long events are gathered before they are posted. SendGrid waits up to 30 seconds.</summary>
    public TimeSpan EventInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How probable it is that a post of events comes a second time, as SendGrid says it may.</summary>
    public double EventRepeatProbability { get; init; } = 0.05;

    /// <summary>How probable it is that the events of a post are out of order.</summary>
    public double EventShuffleProbability { get; init; } = 0.2;

    /// <summary>Makes faults and repeated events the same in every run.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How often the clock is asked what is due. Real time, since the clock itself may jump.</summary>
    public TimeSpan DueCheckInterval { get; init; } = TimeSpan.FromMilliseconds(200);
}
