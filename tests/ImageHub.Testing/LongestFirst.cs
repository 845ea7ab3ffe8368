using Xunit.Sdk;
using Xunit.v3;

namespace ImageHub.Testing;

/// <summary>Begins with the classes that take longest, so that none of them goes on alone at the end.</summary>
/// <param name="first">What begins.</param>
/// <param name="next">What follows: when the first few are taken, xunit 3.2 goes on from the last.</param>
public abstract class LongestFirst(Type[] first, Type[] next) : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => IsOneOf(first, collection) ? 0 : IsOneOf(next, collection) ? 2 : 1)];

    private static bool IsOneOf(Type[] types, ITestCollection collection) =>
        Array.Exists(types, type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal));
}
