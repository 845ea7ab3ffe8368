namespace ImageHub.Faults;

/// <summary>A named step of a write, at which a server may end or fail.</summary>
internal enum WritePoint
{
    /// <summary>A staging folder has been created.</summary>
    Stage,

    /// <summary>Some of an image's files have been flushed, and none of them has been moved into the store.</summary>
    Fsync,

    /// <summary>Some of an image's objects are in the store, others are not.</summary>
    Rename,

    /// <summary>All objects of an image are in the store.</summary>
    Put,

    /// <summary>A statement has changed rows, which are not committed.</summary>
    Row,

    /// <summary>The transaction is about to be committed.</summary>
    Commit,

    /// <summary>The transaction has been committed, and the program does not know it yet.</summary>
    Committed,

    /// <summary>The change is complete, and its answer is about to be sent.</summary>
    Respond,
}
