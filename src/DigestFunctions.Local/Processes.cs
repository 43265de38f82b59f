using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DigestFunctions.Local;

internal static partial class Processes
{
    private const int SigTerm = 15;

    /// <summary>Asks a process to end. Windows has no such signal: there it is ended.</summary>
    public static void Terminate(int pid)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(pid, SigTerm);
            return;
        }

        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
