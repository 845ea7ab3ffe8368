namespace ImageHub.Application.Thumbnails;

/// <summary>
/// Limits concurrent renderings on request, or concurrent rotations. A free slot goes to curators and to owners' thumbnails first, then to the caller with the
/// fewest running renderings; equal ones follow in arrival order. These callers together use at most all slots but one.
/// </summary>
/// <param name="max">The number of slots, at least 2.</param>
internal sealed class RenderSlots(int max)
{
    private readonly Lock gate = new();
    private readonly List<Slot> waiting = [];
    private readonly List<Slot> running = [];

    /// <summary>Waits for a slot.</summary>
    /// <param name="visitor">The visitor's address or the contributor's id; null for curators and for owners' thumbnails.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <returns>The slot, which the caller disposes when the rendering has ended.</returns>
    public async Task<IDisposable> EnterAsync(string? visitor, CancellationToken cancellationToken)
    {
        var slot = new Slot(this, visitor);
        lock (gate)
        {
            waiting.Add(slot);
            AdmitNext();
        }

        try
        {
            await slot.Admission.Task.WaitAsync(cancellationToken);
            return slot;
        }
        catch (OperationCanceledException)
        {
            slot.Dispose();
            throw;
        }
    }

    private void Leave(Slot slot)
    {
        lock (gate)
        {
            waiting.Remove(slot);
            running.Remove(slot);
            AdmitNext();
        }
    }

    // The caller must hold the gate.
    private void AdmitNext()
    {
        while (running.Count < max && FindNext() is { } next)
        {
            waiting.Remove(next);
            running.Add(next);
            next.Admission.SetResult();
        }
    }

    private Slot? FindNext() => waiting.Find(slot => slot.Visitor is null)
        ?? (running.Count(slot => slot.Visitor is not null) < max - 1 ? waiting.MinBy(slot => running.Count(other => other.Visitor == slot.Visitor)) : null);

    private sealed class Slot(RenderSlots slots, string? visitor) : IDisposable
    {
        public string? Visitor => visitor;

        // Continuations must not run under the lock.
        public TaskCompletionSource Admission { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => slots.Leave(this);
    }
}
