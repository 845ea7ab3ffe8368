namespace ImageHub.Application.Requests;

/// <summary>Unicode operations of the database. They run in the database because .NET would need ICU for them.</summary>
public interface IText
{
    /// <summary>Converts texts to Unicode normalization form C. The order remains the same.</summary>
    Task<List<string>> NormalizeAsync(string[] texts, CancellationToken cancellationToken);
}
