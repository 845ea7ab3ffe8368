using ImageHub.Api;
using ImageHub.Infrastructure;
using ImageHub.Testing;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Configuration;

namespace ImageHub.ApiTests.StartUp;

/// <summary>
/// The manifest <c>ops/kubernetes.yaml</c>, read with the types of Kubernetes' own API: a field that does not exist there, or has another type, is an error.
/// </summary>
public sealed class KubernetesManifestTests
{
    private readonly List<object> objects = KubernetesYaml.LoadAllFromString(File.ReadAllText(Repository.PathOf("ops", "kubernetes.yaml")), typeMap: null, strict: true);

    [Fact]
    public void All_objects_have_the_fields_of_their_kind() => objects.Select(each => each.GetType()).ShouldBe(
        [typeof(V1ConfigMap), typeof(V1Deployment), typeof(V1PodDisruptionBudget), typeof(V1Service), typeof(V1NetworkPolicy), typeof(V1Ingress)]);

    [Fact]
    public void A_misspelled_field_is_found()
    {
        var read = () => KubernetesYaml.LoadAllFromString("apiVersion: apps/v1\nkind: Deployment\nspec:\n  replica: 3\n", typeMap: null, strict: true);
        read.ShouldThrow<Exception>().ToString().ShouldContain("replica");
    }

    [Fact]
    public async Task The_program_knows_all_settings()
    {
        var container = Container();
        Dictionary<string, string?> settings = new(StringComparer.Ordinal)
        {
            ["ConnectionStrings__ImageHub"] = "Host=postgres-0.postgres,postgres-1.postgres;Target Session Attributes=primary;Username=imagehub;Password=secret;Database=imagehub",
            ["Jwt__SigningKey"] = ImageHubServer.SigningKey,
        };
        foreach (var (key, value) in One<V1ConfigMap>().Data)
        {
            settings.Add(key, value);
        }

        foreach (var variable in container.Env)
        {
            settings.TryAdd(variable.Name, "secret");
        }

        // Building the application fails for a setting that does not exist.
        await using var app = ImageHubApp.Build([], builder => builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => setting.Value)));
        app.Configuration["Storage:Provider"].ShouldBe("S3");
    }

    [Fact]
    public void Labels_ports_and_volumes_fit_together()
    {
        var template = One<V1Deployment>().Spec.Template;
        foreach (var selector in (IDictionary<string, string>[])[One<V1Deployment>().Spec.Selector.MatchLabels, One<V1PodDisruptionBudget>().Spec.Selector.MatchLabels, One<V1Service>().Spec.Selector, One<V1NetworkPolicy>().Spec.PodSelector.MatchLabels])
        {
            selector.ShouldBeSubsetOf(template.Metadata.Labels);
        }

        var container = Container();
        container.EnvFrom.ShouldHaveSingleItem().ConfigMapRef.Name.ShouldBe(One<V1ConfigMap>().Metadata.Name);
        var ports = container.Ports.Select(port => port.Name).ToArray();
        foreach (var probe in (V1Probe[])[container.StartupProbe, container.ReadinessProbe, container.LivenessProbe])
        {
            ports.ShouldContain(probe.HttpGet.Port.Value);
        }

        ports.ShouldContain(One<V1Service>().Spec.Ports.ShouldHaveSingleItem().TargetPort.Value);
        One<V1NetworkPolicy>().Spec.Ingress.SelectMany(rule => rule.Ports).Select(port => port.Port.Value).ShouldBeSubsetOf(ports);
        container.VolumeMounts.Select(mount => mount.Name).ShouldBe(template.Spec.Volumes.Select(volume => volume.Name));
        var backend = One<V1Ingress>().Spec.Rules.ShouldHaveSingleItem().Http.Paths.ShouldHaveSingleItem().Backend.Service;
        (backend.Name, backend.Port.Name).ShouldBe((One<V1Service>().Metadata.Name, One<V1Service>().Spec.Ports[0].Name));
    }

    [Fact]
    public void Kubernetes_waits_longer_than_a_stop_takes_and_an_hour_for_an_update_of_the_schema()
    {
        var pod = One<V1Deployment>().Spec.Template.Spec;
        pod.TerminationGracePeriodSeconds.ShouldBe(40);
        new ShutdownOptions().DeadlineSeconds.ShouldBe(30);
        var start = Container().StartupProbe;
        (start.PeriodSeconds * start.FailureThreshold).ShouldBe(3_600);
    }

    private V1Container Container() => One<V1Deployment>().Spec.Template.Spec.Containers.ShouldHaveSingleItem();

    private T One<T>() => objects.OfType<T>().ShouldHaveSingleItem();
}
