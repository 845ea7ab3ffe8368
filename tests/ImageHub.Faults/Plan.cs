using System.Globalization;

namespace ImageHub.Faults;

/// <summary>The kinds of object stores.</summary>
internal enum StoreKind
{
    Files,
    S3,
}

/// <summary>The kinds of runs.</summary>
internal enum RunKind
{
    /// <summary>Kills a process, or fails at a named point.</summary>
    Kills,

    /// <summary>Cuts the power.</summary>
    Power,

    /// <summary>Disturbs the store or the disk for a while, or moves the clock. Only a read-only disk also ends the server.</summary>
    Troubles,

    /// <summary>Runs two servers with one database and one store, and sends them requests in turn. Ends or disturbs a server or a shared part.</summary>
    Pairs,
}

/// <summary>The process, step, disk, store, clock or machine that a run ends or disturbs.</summary>
internal enum Victim
{
    /// <summary>The server and, with it, its PostgreSQL and its workers, or one of two servers.</summary>
    Api,

    /// <summary>A render worker.</summary>
    Worker,

    /// <summary>The main process of PostgreSQL.</summary>
    Postmaster,

    /// <summary>Another process of PostgreSQL. PostgreSQL restarts all its processes when one is killed.</summary>
    Backend,

    /// <summary>The S3 server.</summary>
    S3,

    /// <summary>The server, which ends itself at a named point of a write.</summary>
    PointEnds,

    /// <summary>Nothing ends: a step fails at a named point of a write.</summary>
    PointThrows,

    /// <summary>The machine: everything that was not flushed to the disk is lost.</summary>
    Power,

    /// <summary>The disk with the database and, in runs with one server, the objects; it is full for a while.</summary>
    FullDisk,

    /// <summary>The disk with the database and, in runs with one server, the objects; an error makes it read-only until it is mounted again.</summary>
    ReadOnlyDisk,

    /// <summary>The S3 server, which answers 503 to every request for a while.</summary>
    S3Refuses,

    /// <summary>The S3 server, which answers late for a while.</summary>
    S3Slow,

    /// <summary>The S3 server, which returns objects with wrong bytes for a while.</summary>
    S3Wrong,

    /// <summary>The clock of the server, or of one of two servers, which jumps by hours and jumps back at the next start.</summary>
    Clock,
}

/// <summary>A run as derived from its seed and kind. Two runs with one seed do the same, but the processes' scheduling differs.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Store">The kind of object store.</param>
/// <param name="Victim">The process, step, disk, store, clock or machine that the run ends or disturbs.</param>
/// <param name="KillAfterRequests">The number of changes that must have begun before the victim is ended or disturbed.</param>
/// <param name="KillDelay">The time from the last of these changes until the victim is ended or disturbed.</param>
/// <param name="Point">The named point, for runs that end or throw there.</param>
/// <param name="PointPassing">The passing of the point at which the server ends or the step throws, counted from 1.</param>
/// <param name="HasBackup">Whether a backup begins together with the clients.</param>
/// <param name="ClockHours">The hours by which the clock jumps.</param>
/// <param name="Servers">The number of servers: one or two.</param>
internal sealed record Plan(
    int Seed, StoreKind Store, Victim Victim, int KillAfterRequests, TimeSpan KillDelay, WritePoint Point, int PointPassing, bool HasBackup, int ClockHours, int Servers = 1)
{
    /// <summary>The number of steps of each client.</summary>
    public const int Steps = 14;

    /// <summary>Derives the plan of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="kind">The kind of run.</param>
    public static Plan From(int seed, RunKind kind)
    {
        var random = new Random(seed);
        if (kind == RunKind.Pairs)
        {
            Victim[] shared =
            [
                Victim.Api, Victim.Api, Victim.Api, Victim.PointEnds, Victim.PointEnds, Victim.PointThrows, Victim.Worker, Victim.Backend,
                Victim.S3, Victim.S3Refuses, Victim.S3Slow, Victim.S3Wrong, Victim.Clock,
            ];
            var one = random.GetItems(shared, 1)[0];
            var (begun, wait) = (random.Next(5, 45), TimeSpan.FromMilliseconds(random.Next(80)));
            var (point, passing) = (random.GetItems(Enum.GetValues<WritePoint>(), 1)[0], random.Next(1, 13));
            var jump = random.Next(1, 13) * (random.Next(2) == 0 ? 1 : -1);
            if (random.Next(5) == 0)
            {
                one = random.GetItems([Victim.Postmaster, Victim.FullDisk, Victim.ReadOnlyDisk], 1)[0];
            }

            return new Plan(seed, StoreKind.S3, one, begun, wait, point, passing, HasBackup: false, one == Victim.Clock ? jump : 0, Servers: 2);
        }

        if (kind == RunKind.Troubles)
        {
            var trouble = random.GetItems([Victim.FullDisk, Victim.S3Refuses, Victim.S3Slow, Victim.S3Wrong], 1)[0];
            var (requests, delay) = (random.Next(5, 45), TimeSpan.FromMilliseconds(random.Next(80)));
            if (random.Next(5) == 0)
            {
                trouble = Victim.Clock;
            }

            var hours = random.Next(1, 13) * (random.Next(2) == 0 ? 1 : -1);
            if (trouble == Victim.FullDisk && random.Next(2) == 0)
            {
                trouble = Victim.ReadOnlyDisk;
            }

            return new Plan(seed, trouble is Victim.FullDisk or Victim.ReadOnlyDisk or Victim.Clock ? StoreKind.Files : StoreKind.S3, trouble, requests, delay, default, 0, HasBackup: false, trouble == Victim.Clock ? hours : 0);
        }

        var isPowerCut = kind == RunKind.Power;
        var store = !isPowerCut && random.Next(4) == 0 ? StoreKind.S3 : StoreKind.Files;
        Victim[] victims =
        [
            Victim.Api, Victim.Api, Victim.Api, Victim.PointEnds, Victim.PointEnds, Victim.PointEnds, Victim.PointThrows, Victim.Worker, Victim.Postmaster, Victim.Backend,
            .. store == StoreKind.S3 ? (Victim[])[Victim.S3, Victim.S3, Victim.S3] : [],
        ];
        var victim = random.GetItems(victims, 1)[0];
        var points = Enum.GetValues<WritePoint>();
        return new Plan(
            seed,
            store,
            isPowerCut ? Victim.Power : victim,
            random.Next(5, 45),
            TimeSpan.FromMilliseconds(random.Next(80)),
            points[random.Next(points.Length)],
            random.Next(1, 25),
            !isPowerCut && random.Next(8) == 0,
            ClockHours: 0);
    }

    /// <summary>A source of choices for one client.</summary>
    public Random ForClient(int number) => new(unchecked((Seed * 1_000) + number));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Servers == 1 ? "" : $"{Servers} servers, ")}{Store}, {(Victim is Victim.PointEnds or Victim.PointThrows ? $"{Victim} {Point} #{PointPassing}" : $"{Victim}{(ClockHours == 0 ? "" : $" by {ClockHours} h")} after {KillAfterRequests} requests + {KillDelay.TotalMilliseconds} ms")}{(HasBackup ? ", backup" : "")}");
}
