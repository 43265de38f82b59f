using System.Diagnostics;
using System.Globalization;

namespace DigestFunctions.Benchmarks.Measuring;

/// <summary>What this process has used so far: processor time of user and system, and allocated bytes.</summary>
internal sealed record Cost(double CpuSeconds, double AllocatedMb)
{
    private const double Mb = 1024 * 1024;

    public static Cost Now
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return new Cost(process.TotalProcessorTime.TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) / Mb);
        }
    }

    /// <summary>The most memory that was resident since <see cref="ForgetPeak"/>.</summary>
    public static double PeakRssMb => ReadStatus("VmHWM");

    public static double RssMb => ReadStatus("VmRSS");

    /// <summary>Lets the kernel count the peak anew, so that filling a store isn't in it.</summary>
    public static void ForgetPeak()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", "5");
    }

    public static Cost operator -(Cost left, Cost right) =>
        new(left.CpuSeconds - right.CpuSeconds, left.AllocatedMb - right.AllocatedMb);

    // In kilobytes. Elsewhere than on Linux there is only the working set of now.
    private static double ReadStatus(string name) => OperatingSystem.IsLinux()
        ? double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024
        : Environment.WorkingSet / Mb;
}
