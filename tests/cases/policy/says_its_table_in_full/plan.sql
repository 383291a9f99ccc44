CREATE POLICY of_tenants ON billing.invoices USING (EXISTS (SELECT FROM tenants t WHERE t.id = billing.invoices.id));
