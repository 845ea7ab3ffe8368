namespace ImageHub.Domain.Site;

/// <summary>The layouts of a group's photos.</summary>
public enum PhotoLayout
{
    /// <summary>Rows of equal height.</summary>
    Rows,

    /// <summary>Columns of equal width.</summary>
    Columns,

    /// <summary>One photo below the other, each as large as the window allows.</summary>
    Single,
}
